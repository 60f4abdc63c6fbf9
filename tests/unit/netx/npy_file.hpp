#pragma once
// Arrays that numpy saved, by index, for tests against recordings.

#include <string>

#include "models/inputs/number_array.hpp"

namespace spikeloom_test {

struct NpyArray {
  spikeloom::NumberArray content;

  const spikeloom::Shape& shape() const { return content.header.shape; }

  /// Element of as many indices as there are extents.
  template <typename... Index>
  double at(Index... index) const {
    const std::size_t indices[] = {static_cast<std::size_t>(index)...};
    std::size_t flat = 0;
    for (std::size_t i = 0; i < shape().size(); ++i) {
      const std::size_t axis = content.header.column_major ? shape().size() - 1 - i : i;
      flat = flat * shape()[axis] + indices[axis];
    }
    return content.at(flat);
  }
};

inline NpyArray read_npy(const std::string& path) {
  spikeloom::ByteSource source(path);
  const spikeloom::ArrayHeader header = spikeloom::read_npy_header(source);
  return {spikeloom::read_values(source, header, spikeloom::volume_of(header.shape))};
}

}  // namespace spikeloom_test
