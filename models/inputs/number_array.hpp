#pragma once
// Arrays of numbers as IDX and NumPy files store them.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/inputs/byte_source.hpp"
#include "models/network/graph.hpp"

namespace spikeloom {

enum class NumberType { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };
std::size_t bytes_of(NumberType type);

/// What a file says before its values.
struct ArrayHeader {
  Shape shape;  ///< as the file has it; at most 8 axes, at most 2^30 bytes of values
  NumberType type = NumberType::U8;
  bool big_endian = false;
  bool column_major = false;  ///< the first axis is the fastest (Fortran order)
};

/// Values in the order of the file.
struct NumberArray {
  ArrayHeader header;
  std::vector<std::uint8_t> bytes;

  std::size_t size() const { return bytes.size() / bytes_of(header.type); }
  double at(std::size_t i) const;
};

/// IDX (of the MNIST pages): two zeros, a type, the number of axes, their extents as 32 bits, all
/// big endian. Throws InputError with the byte, as the others do.
ArrayHeader read_idx_header(ByteSource& source);
/// NumPy's .npy, versions 1 to 3: numbers and booleans in either byte order and either axis order.
ArrayHeader read_npy_header(ByteSource& source);

/// The next `count` values of those that the header declares. Values that are not finite are
/// refused. Where these are all, nothing may follow them.
NumberArray read_values(ByteSource& source, const ArrayHeader& header, std::size_t count);

}  // namespace spikeloom
