#pragma once
// IDX and .npy files for tests.

#include <string>
#include <vector>

#include "tests/unit/inputs/temporary_bytes.hpp"

namespace spikeloom_test {

inline std::string big_endian(std::uint32_t word) {
  return text_of({static_cast<std::uint8_t>(word >> 24),
                  static_cast<std::uint8_t>(word >> 16),
                  static_cast<std::uint8_t>(word >> 8),
                  static_cast<std::uint8_t>(word)});
}

inline std::string idx(std::uint8_t type,
                       const std::vector<std::uint32_t>& shape,
                       const std::string& values) {
  std::string content = text_of({0, 0, type, static_cast<std::uint8_t>(shape.size())});
  for (const std::uint32_t extent : shape) content += big_endian(extent);
  return content + values;
}

/// Unsigned bytes.
inline std::string idx(const std::vector<std::uint32_t>& shape, const Bytes& values) {
  return idx(8, shape, text_of(values));
}

/// `dictionary` as numpy writes it, padded to 64 bytes.
inline std::string npy(const std::string& dictionary,
                       const std::string& values,
                       std::uint8_t version = 1) {
  const std::size_t prefix = version == 1 ? 10 : 12;
  std::string text = dictionary;
  while ((prefix + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  Bytes length = {static_cast<std::uint8_t>(text.size()),
                  static_cast<std::uint8_t>(text.size() >> 8)};
  if (version > 1) length.resize(4);
  return "\x93NUMPY" + text_of({version, 0}) + text_of(length) + text + values;
}

inline std::string npy(const std::string& type,
                       const std::string& order,
                       const std::string& shape,
                       const std::string& values) {
  return npy("{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }",
             values);
}

}  // namespace spikeloom_test
