#include "models/inputs/number_array.hpp"

#include <bit>
#include <cmath>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

/// The bytes of one value as an unsigned integer.
std::uint64_t bits_at(const std::uint8_t* bytes, std::size_t width, bool big_endian) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < width; ++i) bits = bits << 8 | bytes[big_endian ? i : width - 1 - i];
  return bits;
}

double value_of(NumberType type, std::uint64_t bits) {
  switch (type) {
    case NumberType::Bool:
      return bits != 0 ? 1.0 : 0.0;
    case NumberType::I8:
      return static_cast<std::int8_t>(bits);
    case NumberType::I16:
      return static_cast<std::int16_t>(bits);
    case NumberType::I32:
      return static_cast<std::int32_t>(bits);
    case NumberType::I64:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    case NumberType::F32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case NumberType::F64:
      return std::bit_cast<double>(bits);
    default:
      return static_cast<double>(bits);
  }
}

void refuse_non_finite(const ByteSource& source, const NumberArray& array, std::uint64_t start) {
  if (array.header.type != NumberType::F32 && array.header.type != NumberType::F64) return;
  for (std::size_t i = 0; i < array.size(); ++i)
    if (!std::isfinite(array.at(i)))
      source.fail(start + i * bytes_of(array.header.type),
                  "the value is " + number_text(array.at(i)) + ", expected a finite number");
}

}  // namespace

std::size_t bytes_of(NumberType type) {
  switch (type) {
    case NumberType::Bool:
    case NumberType::U8:
    case NumberType::I8:
      return 1;
    case NumberType::U16:
    case NumberType::I16:
      return 2;
    case NumberType::U32:
    case NumberType::I32:
    case NumberType::F32:
      return 4;
    default:
      return 8;
  }
}

double NumberArray::at(std::size_t i) const {
  const std::size_t width = bytes_of(header.type);
  if (header.type == NumberType::U8) return bytes[i];
  return value_of(header.type, bits_at(bytes.data() + i * width, width, header.big_endian));
}

NumberArray read_values(ByteSource& source, const ArrayHeader& header, std::size_t count) {
  const std::uint64_t start = source.offset();
  const std::size_t wanted = count * bytes_of(header.type);
  NumberArray array{header, source.take(wanted)};
  if (array.bytes.size() < wanted)
    source.fail(source.offset(),
                "ends after " + std::to_string(array.bytes.size()) + " bytes of values, expected " +
                    std::to_string(volume_of(header.shape) * bytes_of(header.type)) +
                    " for shape " + to_string(header.shape));
  if (count == volume_of(header.shape) && !source.at_end())
    source.fail(source.offset(), "has more bytes than shape " + to_string(header.shape) + " needs");
  refuse_non_finite(source, array, start);
  return array;
}

}  // namespace spikeloom
