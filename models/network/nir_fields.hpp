#pragma once
// The fields of one NIR node group, each checked before it is believed.

#include <array>
#include <optional>
#include <set>
#include <string>

#include "models/base/hdf5_reader.hpp"
#include "models/network/graph.hpp"

namespace spikeloom {

/// Asks for fields by name; finish() refuses those nobody asked for.
class NirFields {
 public:
  NirFields(const Hdf5Reader& file, std::string group);

  const std::string& group() const { return group_; }
  std::string path_of(const std::string& field) const { return group_ + "/" + field; }
  bool has(const std::string& field);
  /// Whether it is there and more than HDF5's "no value".
  bool has_value(const std::string& field);
  std::string text(const std::string& field);

  /// Finite numbers of any shape.
  Tensor tensor(const std::string& field);
  /// The same; absent: one value for all elements.
  Tensor tensor_or(const std::string& field, double absent);
  Tensor positive_tensor(const std::string& field);
  /// A weight matrix; leading extents of 1 are dropped.
  Tensor matrix(const std::string& field);
  /// A list of extents (a lone number is a list of one).
  Shape extents(const std::string& field);
  /// A whole number in [low, high].
  std::int64_t integer(const std::string& field, std::int64_t low, std::int64_t high);
  /// One number for both axes, or a pair, in [low, kMaxWindow].
  std::array<std::size_t, 2> pair(const std::string& field, std::size_t low);
  std::size_t window(const std::string& field, std::size_t low);
  /// Whether the field is text, as in padding 'same'.
  bool is_text(const std::string& field);

  void finish() const;
  [[noreturn]] void fail(const std::string& field, const std::string& sentence) const;

 private:
  std::vector<std::size_t> whole_numbers(const std::string& field,
                                         std::size_t low,
                                         std::size_t high);

  const Hdf5Reader& file_;
  std::string group_;
  std::set<std::string> known_{"type", "metadata", "input_type", "output_type"};
};

}  // namespace spikeloom
