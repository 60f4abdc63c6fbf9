#include "sim/report/packet_file.hpp"

#include <fmt/format.h>

namespace spikeloom {

void PacketFile::write(const PacketMoved& moved) {
  file_.write(fmt::format("{},{},{},{},{},{}\n",
                          moved.cycle,
                          name_of(moved.move),
                          moved.key,
                          moved.payload,
                          index_of(moved.tile),
                          name_of(moved.port)));
}

}  // namespace spikeloom
