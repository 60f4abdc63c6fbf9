#include "models/lowering/connectivity.hpp"

#include <limits>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

template <typename Delay>
void shift_delay(Delay& delay, std::int64_t steps) {
  const std::int64_t shifted = std::int64_t{delay} + steps;
  SPIKELOOM_CHECK(shifted >= 1, "a delay is at least one step");
  SPIKELOOM_CHECK(shifted <= std::int64_t{std::numeric_limits<Delay>::max()},
                  "a delay fits its field");
  delay = static_cast<Delay>(shifted);
}

void shift(DenseConnectivity& dense, std::int64_t steps) { shift_delay(dense.delay, steps); }
void shift(ConvConnectivity& conv, std::int64_t steps) { shift_delay(conv.delay, steps); }
void shift(SparseConnectivity& sparse, std::int64_t steps) {
  for (std::uint8_t& delay : sparse.delay) shift_delay(delay, steps);
}

}  // namespace

void shift_delays(Connectivity& connectivity, std::int64_t steps) {
  std::visit([&](auto& form) { shift(form, steps); }, connectivity);
}

std::uint64_t count_synapses(const Connectivity& connectivity, std::uint32_t sources) {
  std::uint64_t count = 0;
  for (std::uint32_t source = 0; source < sources; ++source)
    for_each_synapse(connectivity, source, [&](const Synapse&) { ++count; });
  return count;
}

}  // namespace spikeloom
