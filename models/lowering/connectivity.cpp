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
void shift(DrawnConnectivity& drawn, std::int64_t steps) {
  shift_delay(drawn.delay_min, steps);
  shift_delay(drawn.delay_max, steps);
}

// Sources differ by what they have: a rule has the same for all.
std::uint32_t fan_out(const DrawnConnectivity& drawn, std::uint32_t) { return drawn.fan_out; }
std::uint32_t fan_out(const auto& form, std::uint32_t source) {
  std::uint32_t count = 0;
  for_each_synapse(form, source, [&](const Synapse&) { ++count; });
  return count;
}

}  // namespace

void shift_delays(Connectivity& connectivity, std::int64_t steps) {
  std::visit([&](auto& form) { shift(form, steps); }, connectivity);
}

std::uint32_t fan_out_of(const Connectivity& connectivity, std::uint32_t source) {
  return std::visit([&](const auto& form) { return fan_out(form, source); }, connectivity);
}

std::uint64_t count_synapses(const Connectivity& connectivity, std::uint32_t sources) {
  std::uint64_t count = 0;
  for (std::uint32_t source = 0; source < sources; ++source)
    count += fan_out_of(connectivity, source);
  return count;
}

SparseConnectivity rows_of(const Connectivity& connectivity, std::uint32_t sources) {
  SparseConnectivity rows{{0}, {}, {}, {}};
  for (std::uint32_t source = 0; source < sources; ++source) {
    for_each_synapse(connectivity, source, [&](const Synapse& synapse) {
      rows.target.push_back(synapse.target);
      rows.weight.push_back(static_cast<std::int16_t>(synapse.weight));
      rows.delay.push_back(static_cast<std::uint8_t>(synapse.delay));
    });
    rows.row.push_back(rows.target.size());
  }
  return rows;
}

}  // namespace spikeloom
