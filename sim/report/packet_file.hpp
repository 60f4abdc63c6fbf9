#pragma once
// What packets did, as a table that is written while the chip runs.

#include "sim/chip/packet_trace.hpp"
#include "sim/report/trace_files.hpp"

namespace spikeloom {

/// packets.csv: `cycle,event,key,payload,tile,port`. Tiles are numbered row by row, ports by name.
class PacketFile {
 public:
  explicit PacketFile(const std::string& path) : file_(path, "cycle,event,key,payload,tile,port") {}
  void write(const PacketMoved& moved);
  /// Throws InputError if anything could not be written.
  void finish() { file_.finish(); }

 private:
  TextFile file_;
};

}  // namespace spikeloom
