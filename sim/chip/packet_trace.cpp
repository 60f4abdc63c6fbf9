#include "sim/chip/packet_trace.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace spikeloom {

const char* name_of(PacketMove move) {
  constexpr std::array kNames = {"inject", "hop", "deliver", "drop", "leave"};
  return kNames.at(static_cast<std::size_t>(move));
}

namespace chip_sim {

void PacketTrace::close(Cycle now) {
  const auto place = [](const PacketMoved& m) {
    return std::tuple(m.tile, m.port, m.move, m.key, m.payload);
  };
  std::sort(moves_.begin(), moves_.end(), [&](const PacketMoved& a, const PacketMoved& b) {
    return place(a) < place(b);
  });
  for (PacketMoved& move : moves_) {
    move.cycle = now;
    listener_(move);
  }
  moves_.clear();
}

}  // namespace chip_sim
}  // namespace spikeloom
