#pragma once
// Identities are types: a CoreId is not a TileId, and a container knows which one indexes it.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace spikeloom {

enum class NodeId : std::uint32_t {};        ///< node of a network graph
enum class PopulationId : std::uint32_t {};  ///< population of a lowered network
enum class CoreId : std::uint32_t {};        ///< core image of a mapping
enum class TileId : std::uint32_t {};        ///< tile of a chip, row-major: y * width + x

template <typename Id>
constexpr std::size_t index_of(Id id) {
  return static_cast<std::size_t>(id);
}

/// A vector that only its own id can index.
template <typename Id, typename T>
class IdVector {
 public:
  IdVector() = default;
  explicit IdVector(std::size_t count, const T& value = T{}) : items_(count, value) {}

  T& operator[](Id id) { return items_[index_of(id)]; }
  const T& operator[](Id id) const { return items_[index_of(id)]; }
  T& at(Id id) { return items_.at(index_of(id)); }
  const T& at(Id id) const { return items_.at(index_of(id)); }

  Id push_back(T item) {
    items_.push_back(std::move(item));
    return Id{static_cast<std::uint32_t>(items_.size() - 1)};
  }
  void resize(std::size_t count) { items_.resize(count); }

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  std::vector<T> items_;
};

/// The ids 0 .. count-1, for range-for loops.
template <typename Id>
class IdRange {
 public:
  explicit IdRange(std::size_t count) : count_(static_cast<std::uint32_t>(count)) {}
  struct Iterator {
    std::uint32_t value;
    Id operator*() const { return Id{value}; }
    Iterator& operator++() { return ++value, *this; }
    bool operator!=(const Iterator& other) const { return value != other.value; }
  };
  Iterator begin() const { return {0}; }
  Iterator end() const { return {count_}; }

 private:
  std::uint32_t count_;
};

template <typename Id, typename T>
IdRange<Id> ids_of(const IdVector<Id, T>& items) {
  return IdRange<Id>(items.size());
}

}  // namespace spikeloom
