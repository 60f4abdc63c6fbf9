#include "models/inputs/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "models/base/error.hpp"
#include "models/base/open_file.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kChunk = 65536;
constexpr std::size_t kLongestPeek = 4096;
constexpr std::size_t kLongestLine = std::size_t{16} << 20;

}  // namespace

struct ByteSource::State {
  explicit State(const std::string& file_in) : path(file_in) {
    const int descriptor = open_to_read(path);
    file = descriptor < 0 ? nullptr : gzdopen(descriptor, "rb");
    if (file == nullptr) throw InputError(path, "", "cannot be read as a file");
  }
  ~State() { gzclose(file); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::string place(std::uint64_t at) {
    return "byte " + std::to_string(at) + (gzdirect(file) != 0 ? "" : " of the decompressed data");
  }

  std::size_t buffered() const { return end - begin; }

  // Has at least `wanted` bytes in the buffer, or all that are left.
  void fill(std::size_t wanted) {
    if (buffered() >= wanted) return;
    std::memmove(buffer.data(), buffer.data() + begin, buffered());
    end -= begin;
    begin = 0;
    while (end < wanted && read_more()) {
    }
  }

  // False at the end of the file.
  bool read_more() {
    const int read = gzread(file, buffer.data() + end, static_cast<unsigned>(buffer.size() - end));
    int failure = Z_OK;
    gzerror(file, &failure);
    if (failure == Z_ERRNO) throw InputError(path, "", "cannot be read as a file");
    if (failure == Z_BUF_ERROR)
      throw InputError(path, place(offset + buffered()), "the compressed data ends too early");
    if (read < 0)
      throw InputError(path, place(offset + buffered()), "the compressed data is damaged");
    end += static_cast<std::size_t>(read);
    return read > 0;
  }

  std::string path;
  gzFile file;
  std::array<char, kChunk> buffer{};
  std::size_t begin = 0, end = 0;  ///< what the buffer holds and nobody has taken
  std::uint64_t offset = 0;        ///< of buffer[begin]
};

ByteSource::ByteSource(const std::string& path) : state_(std::make_unique<State>(path)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

const std::string& ByteSource::file() const { return state_->path; }

std::uint64_t ByteSource::offset() const { return state_->offset; }

bool ByteSource::at_end() { return peek(1).empty(); }

std::string_view ByteSource::peek(std::size_t bytes) {
  SPIKELOOM_CHECK(bytes <= kLongestPeek, "a peek fits the buffer");
  state_->fill(bytes);
  return {state_->buffer.data() + state_->begin, std::min(bytes, state_->buffered())};
}

std::vector<std::uint8_t> ByteSource::take(std::size_t bytes) {
  std::vector<std::uint8_t> taken;
  while (taken.size() < bytes) {
    state_->fill(1);
    const std::size_t part = std::min(bytes - taken.size(), state_->buffered());
    if (part == 0) break;
    const char* from = state_->buffer.data() + state_->begin;
    taken.insert(taken.end(), from, from + part);
    state_->begin += part;
    state_->offset += part;
  }
  return taken;
}

bool ByteSource::take_line(std::string& line) {
  line.clear();
  if (at_end()) return false;
  const std::uint64_t start = offset();
  for (bool ended = false; !ended && !at_end();) {
    const std::string_view rest(state_->buffer.data() + state_->begin, state_->buffered());
    const std::size_t newline = rest.find('\n');
    ended = newline != std::string_view::npos;
    line.append(rest.substr(0, newline));
    const std::size_t used = ended ? newline + 1 : rest.size();
    state_->begin += used;
    state_->offset += used;
    if (line.size() > kLongestLine)
      fail(start, "the line is longer than " + std::to_string(kLongestLine) + " bytes");
  }
  return true;
}

void ByteSource::fail(std::uint64_t at, const std::string& sentence) const {
  throw InputError(state_->path, state_->place(at), sentence);
}

}  // namespace spikeloom
