#pragma once
// Arrays that numpy saved, for tests against recordings: little-endian integers, booleans, floats.

#include <doctest/doctest.h>

#include <cctype>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace spikeloom_test {

struct NpyArray {
  std::vector<std::size_t> shape;
  bool first_axis_fastest = false;  ///< numpy's Fortran order
  std::vector<double> values;

  /// Element of as many indices as there are extents.
  template <typename... Index>
  double at(Index... index) const {
    const std::size_t indices[] = {static_cast<std::size_t>(index)...};
    std::size_t flat = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::size_t axis = first_axis_fastest ? shape.size() - 1 - i : i;
      flat = flat * shape[axis] + indices[axis];
    }
    return values[flat];
  }
};

template <typename T>
void take_values(const std::string& bytes, std::size_t first, std::vector<double>& values) {
  for (std::size_t at = first; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    values.push_back(static_cast<double>(value));
  }
}

inline NpyArray read_npy(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  REQUIRE(bytes.starts_with("\x93NUMPY\x01"));
  const std::size_t first = 10 + static_cast<unsigned char>(bytes[8]) +
                            std::size_t{256} * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(10, first - 10);
  NpyArray array;
  array.first_axis_fastest = header.find("'fortran_order': True") != std::string::npos;
  const std::size_t open = header.find('(') + 1;
  for (std::size_t at = open; header[at] != ')';) {
    if (std::isdigit(static_cast<unsigned char>(header[at])) == 0) {
      ++at;
      continue;
    }
    std::size_t length = 0;
    array.shape.push_back(std::stoul(header.substr(at), &length));
    at += length;
  }
  if (header.find("'|b1'") != std::string::npos)
    take_values<std::uint8_t>(bytes, first, array.values);
  else if (header.find("'<i4'") != std::string::npos)
    take_values<std::int32_t>(bytes, first, array.values);
  else if (header.find("'<f8'") != std::string::npos)
    take_values<double>(bytes, first, array.values);
  std::size_t volume = 1;
  for (const std::size_t extent : array.shape) volume *= extent;
  REQUIRE(array.values.size() == volume);
  return array;
}

}  // namespace spikeloom_test
