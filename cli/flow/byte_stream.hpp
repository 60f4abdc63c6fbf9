#pragma once
// Values as bytes, from one process of the program to another: same program, same machine.

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "models/base/error.hpp"

namespace spikeloom {

template <typename T>
concept PlainValue = std::is_trivially_copyable_v<T>;

class ByteWriter {
 public:
  template <PlainValue T>
  void put(const T& value) {
    put_bytes(&value, sizeof value);
  }
  template <PlainValue T>
  void put_all(std::span<const T> values) {
    put(values.size());
    put_bytes(values.data(), values.size_bytes());
  }
  void put_text(const std::string& text) { put_all(std::span<const char>(text)); }

  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  void put_bytes(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  std::vector<std::byte> bytes_;
};

/// Takes values in the order in which they were put.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <PlainValue T>
  T take() {
    T value;
    std::memcpy(&value, next(sizeof value), sizeof value);
    return value;
  }
  template <PlainValue T>
  std::vector<T> take_all() {
    const auto count = take<std::size_t>();
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), next(count * sizeof(T)), count * sizeof(T));
    return values;
  }
  std::string take_text() {
    const std::vector<char> text = take_all<char>();
    return {text.begin(), text.end()};
  }

 private:
  const std::byte* next(std::size_t size) {
    SPIKELOOM_CHECK(size <= bytes_.size(), "a process hands over whole values");
    const std::byte* first = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return first;
  }

  std::span<const std::byte> bytes_;
};

}  // namespace spikeloom
