// What IDX and NumPy files say before their values.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "models/base/error.hpp"
#include "models/inputs/csv_lines.hpp"
#include "models/inputs/number_array.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr std::size_t kMostAxes = 8;

/// Refuses shapes without values and with more than kMostBytes of them.
void check_shape(const ByteSource& source, std::uint64_t at, const ArrayHeader& header) {
  const std::string shown = "shape " + to_string(header.shape);
  if (header.shape.size() > kMostAxes)
    source.fail(at, shown + " has more than " + std::to_string(kMostAxes) + " axes");
  std::size_t bytes = bytes_of(header.type);
  for (const std::size_t extent : header.shape) {
    if (extent == 0) source.fail(at, shown + " holds no values");
    if (extent > kMostBytes / bytes)
      source.fail(at,
                  shown + " needs more than " + std::to_string(kMostBytes) +
                      " bytes, which is the most that is read");
    bytes *= extent;
  }
}

std::uint32_t big_endian_word(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::optional<NumberType> idx_type(std::uint8_t code) {
  switch (code) {
    case 0x08:
      return NumberType::U8;
    case 0x09:
      return NumberType::I8;
    case 0x0B:
      return NumberType::I16;
    case 0x0C:
      return NumberType::I32;
    case 0x0D:
      return NumberType::F32;
    case 0x0E:
      return NumberType::F64;
    default:
      return std::nullopt;
  }
}

// ---- .npy ------------------------------------------------------------------------------------

constexpr std::string_view kNpyMagic = "\x93NUMPY";
constexpr std::size_t kLongestNpyHeader = 65535;

std::optional<NumberType> npy_type(std::string_view name) {
  static const std::vector<std::pair<std::string_view, NumberType>> kTypes = {
      {"b1", NumberType::Bool},
      {"u1", NumberType::U8},
      {"i1", NumberType::I8},
      {"u2", NumberType::U16},
      {"i2", NumberType::I16},
      {"u4", NumberType::U32},
      {"i4", NumberType::I32},
      {"u8", NumberType::U64},
      {"i8", NumberType::I64},
      {"f4", NumberType::F32},
      {"f8", NumberType::F64}};
  for (const auto& [known, type] : kTypes)
    if (known == name) return type;
  return std::nullopt;
}

/// The header of an .npy file: a Python dictionary of 'descr', 'fortran_order' and 'shape'.
class NpyDictionary {
 public:
  NpyDictionary(const ByteSource& source, std::string text, std::uint64_t start)
      : source_(source), text_(std::move(text)), start_(start) {}

  ArrayHeader read() {
    expect('{');
    while (!skip('}')) {
      read_member();
      if (!skip(',')) {
        expect('}');
        break;
      }
    }
    if (next() != '\0') fail("expected nothing after the dictionary");
    if (!descr_ || !order_ || !shape_)
      fail("expected the fields 'descr', 'fortran_order' and 'shape'");
    check_shape(source_, start_, header_);
    return header_;
  }

 private:
  void read_member() {
    const std::string key = read_text();
    expect(':');
    if (key == "descr" && !std::exchange(descr_, true))
      read_type();
    else if (key == "fortran_order" && !std::exchange(order_, true))
      header_.column_major = read_bool();
    else if (key == "shape" && !std::exchange(shape_, true))
      read_shape();
    else
      fail("expected the fields 'descr', 'fortran_order' and 'shape' once, found " +
           in_quotes(key));
  }

  void read_type() {
    const char first = next();
    if (first != '\'' && first != '"') fail("the values are records, expected numbers");
    const std::string descr = read_text();
    const auto type =
        npy_type(std::string_view(descr).substr(std::min<std::size_t>(1, descr.size())));
    const bool has_order =
        !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
    if (!type || !has_order)
      fail("values of type " + in_quotes(descr) +
           " are not read; allowed are booleans, integers of 1 to 8 bytes, floats of 4 and 8");
    header_.type = *type;
    header_.big_endian = descr[0] == '>';
  }

  bool read_bool() {
    for (const auto& [word, value] : {std::pair("True", true), std::pair("False", false)})
      if (next() == word[0] && text_.compare(at_, std::string_view(word).size(), word) == 0)
        return at_ += std::string_view(word).size(), value;
    fail("expected True or False");
  }

  void read_shape() {
    expect('(');
    while (!skip(')')) {
      header_.shape.push_back(read_extent());
      if (header_.shape.size() > kMostAxes)
        fail("the shape has more than " + std::to_string(kMostAxes) + " axes");
      if (!skip(',')) {
        expect(')');
        return;
      }
    }
  }

  std::size_t read_extent() {
    next();
    std::size_t extent = 0;
    const char* last = text_.data() + text_.size();
    const auto [end, failure] = std::from_chars(text_.data() + at_, last, extent);
    if (failure == std::errc::result_out_of_range) fail("an extent of the shape is too large");
    if (failure != std::errc()) fail("expected an extent of the shape, a whole number");
    at_ = static_cast<std::size_t>(end - text_.data());
    return extent;
  }

  std::string read_text() {
    const char quote = next();
    if (quote != '\'' && quote != '"') fail("expected a quoted word");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string::npos) fail("expected the end of a quoted word");
    const std::string word = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return word;
  }

  /// The next character that is not blank, not taken; NUL at the end.
  char next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool skip(char wanted) {
    if (next() != wanted || at_ == text_.size()) return false;
    return ++at_, true;
  }
  void expect(char wanted) {
    if (!skip(wanted)) fail(std::string("expected '") + wanted + "'");
  }
  [[noreturn]] void fail(const std::string& sentence) const {
    source_.fail(start_ + at_, "in the header: " + sentence);
  }

  const ByteSource& source_;
  std::string text_;
  std::uint64_t start_;  ///< of the text in the file
  std::size_t at_ = 0;
  bool descr_ = false, order_ = false, shape_ = false;  ///< seen
  ArrayHeader header_;
};

/// Version and length of the header; the source stands behind them.
std::size_t npy_header_length(ByteSource& source) {
  const std::vector<std::uint8_t> start = source.take(kNpyMagic.size() + 2);
  if (start.size() < kNpyMagic.size() + 2) source.fail(source.offset(), "ends before its version");
  const unsigned version = start[kNpyMagic.size()];
  if (version < 1 || version > 3)
    source.fail(kNpyMagic.size(),
                "is .npy of version " + std::to_string(version) + ", allowed are 1, 2 and 3");
  const std::size_t width = version == 1 ? 2 : 4;
  const std::uint64_t at = source.offset();
  const std::vector<std::uint8_t> bytes = source.take(width);
  if (bytes.size() < width) source.fail(source.offset(), "ends before the length of its header");
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = length << 8 | bytes[i];
  if (length > kLongestNpyHeader)
    source.fail(at,
                "declares a header of " + std::to_string(length) + " bytes, allowed are " +
                    std::to_string(kLongestNpyHeader));
  return length;
}

}  // namespace

ArrayHeader read_idx_header(ByteSource& source) {
  constexpr std::size_t kMagicBytes = 4;
  const std::uint64_t start = source.offset();
  const std::vector<std::uint8_t> magic = source.take(kMagicBytes);
  if (magic.size() < kMagicBytes || magic[0] != 0 || magic[1] != 0)
    source.fail(start, "expected an IDX file, which begins with two zeros, a type and a rank");
  const std::optional<NumberType> type = idx_type(magic[2]);
  if (!type)
    source.fail(start + 2,
                "IDX type " + std::to_string(magic[2]) + " is unknown; allowed: 8, 9, 11 to 14");
  ArrayHeader header{{}, *type, true, false};
  const std::size_t axes = magic[3];
  if (axes == 0 || axes > kMostAxes)
    source.fail(
        start + 3,
        "has " + std::to_string(axes) + " axes, allowed are 1 to " + std::to_string(kMostAxes));
  const std::vector<std::uint8_t> extents = source.take(kMagicBytes * axes);
  if (extents.size() < kMagicBytes * axes)
    source.fail(source.offset(),
                "ends before the extents of its " + std::to_string(axes) + " axes");
  for (std::size_t i = 0; i < axes; ++i)
    header.shape.push_back(big_endian_word(extents.data() + kMagicBytes * i));
  check_shape(source, start + kMagicBytes, header);
  return header;
}

ArrayHeader read_npy_header(ByteSource& source) {
  const std::size_t length = npy_header_length(source);
  const std::uint64_t start = source.offset();
  const std::vector<std::uint8_t> text = source.take(length);
  if (text.size() < length) source.fail(source.offset(), "ends before the end of its header");
  return NpyDictionary(source, {text.begin(), text.end()}, start).read();
}

}  // namespace spikeloom
