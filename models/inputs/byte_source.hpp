#pragma once
// A file read from its beginning to its end, decompressed where it is gzip.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace spikeloom {

/// Memory grows with what the file holds, not with what it declares.
class ByteSource {
 public:
  /// Refuses what cannot be opened. Throws InputError, as all that reads does.
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  const std::string& file() const;
  /// Bytes taken so far, of what a gzip file holds decompressed.
  std::uint64_t offset() const;
  bool at_end();
  /// The next bytes, at most 4096, without taking them; fewer at the end.
  std::string_view peek(std::size_t bytes);
  /// The next bytes; fewer at the end.
  std::vector<std::uint8_t> take(std::size_t bytes);
  /// All before the next '\n', which is skipped; false at the end. Refuses lines of more than
  /// 16 MiB. A '\n' at the file's end ends the last line.
  bool take_line(std::string& line);

  /// Refuses the file at a byte: "FILE#byte 12: sentence".
  [[noreturn]] void fail(std::uint64_t at, const std::string& sentence) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spikeloom
