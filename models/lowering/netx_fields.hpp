#pragma once
// The fields of one group of a netx file, each checked before it is believed.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/hdf5_reader.hpp"
#include "models/network/graph.hpp"

namespace spikeloom {

/// Most neurons of a network, and most numbers of one dataset.
inline constexpr std::size_t kMaxNetxNeurons = std::size_t{1} << 24;
inline constexpr std::size_t kMaxNetxNumbers = std::size_t{1} << 25;

/// Whole numbers of any shape, row-major.
struct WholeNumbers {
  Shape shape;
  std::vector<std::int32_t> values;
};

/// Numbers may be stored as floats; all are whole. Errors name the HDF5 path.
class NetxFields {
 public:
  /// `group`: "/layer/1".
  NetxFields(const Hdf5Reader& file, std::string group);

  bool has(const std::string& field) const;
  bool is_group(const std::string& field) const;
  std::string text(const std::string& field) const;
  /// Each in [low, high].
  WholeNumbers numbers(const std::string& field, std::int32_t low, std::int32_t high) const;
  std::int32_t number(const std::string& field, std::int32_t low, std::int32_t high) const;
  std::int32_t number_or(const std::string& field,
                         std::int32_t low,
                         std::int32_t high,
                         std::int32_t absent) const;
  /// One number for both axes, or a pair (height, width).
  std::array<std::uint32_t, 2> pair_or(const std::string& field,
                                       std::int32_t low,
                                       std::uint32_t absent) const;
  /// One to three extents of at least 1 whose product is at most kMaxNetxNeurons.
  Shape extents(const std::string& field) const;

  [[noreturn]] void fail(const std::string& field, const std::string& sentence) const;

 private:
  std::string path_of(const std::string& field) const { return group_ + "/" + field; }

  const Hdf5Reader& file_;
  std::string group_;
};

}  // namespace spikeloom
