#pragma once
// Files of chosen bytes, plain and compressed.

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/error.hpp"
#include "tests/unit/network/temporary_file.hpp"

namespace spikeloom_test {

using Bytes = std::vector<std::uint8_t>;

inline std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

/// What the file's content is refused with by `read(path)`, after the file's name.
template <typename Read>
std::string refusal_of(const std::string& content, const Read& read) {
  const TemporaryFile file("bad.input");
  file.write(content);
  return refusal_after<spikeloom::InputError>(file.path(), [&] { read(file.path()); });
}

inline void write_gzip(const std::string& path, const std::string& content) {
  gzFile file = gzopen(path.c_str(), "wb9");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

}  // namespace spikeloom_test
