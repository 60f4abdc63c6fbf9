#pragma once
// HDF5 files written down as text: tests and fuzz targets make files that no exporter would.
//
//   # what            kind   shape  values
//   /node/type        text   ()     NIRGraph
//   /node/edges       text   (2,2)  input lif lif output
//   /node/nodes/lif/r f4/gzip (3)   1 nan -inf
//   /node/nodes/loop  hard   /node
//
// A line makes one object; groups on the way to it are made as needed. Kinds of datasets: f2 f4 f8
// i1 i2 i4 i8 u1 u2 u4 u8 (big-endian with a '>' behind), bool, text, fixed (text of one length),
// record, rows (arrays of different lengths), null (no value). After '/': chunk, gzip, compact,
// filter (one that nobody has), unwritten (declared, but nothing stored). Other kinds: group; hard,
// soft and external, which are links to the path, or the file and path, that follow. Values are
// repeated until the shape is full; without any, numbers are 0. "\x20" in a word is a space.

#include <cstddef>
#include <string>

namespace spikeloom_test {

/// Writes the file at `path` and returns how many lines made no sense or could not be carried out.
std::size_t write_hdf5_text(const std::string& text, const std::string& path);

}  // namespace spikeloom_test
