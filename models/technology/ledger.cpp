#include "models/technology/ledger.hpp"

namespace spikeloom {
namespace {

EnergyRow action_row(Action action, std::uint64_t count, const ActionPrice& price) {
  const Joules total = to_joules(price.each) * static_cast<double>(count);
  const std::string source = price.included_in.empty()
                                 ? price.source
                                 : "included in " + price.included_in + ": " + price.source;
  return {name_of(action), component_of(action), count, price.each, total, source};
}

EnergyRow static_row(const StaticPrice& price, std::uint64_t cycles, Hertz clock) {
  const Joules per_cycle = price.power * period_of(clock);
  const Picojoules each(per_cycle.value() * 1e12);
  return {
      price.name, "static", cycles, each, per_cycle * static_cast<double>(cycles), price.source};
}

}  // namespace

std::map<std::string, Joules> Energy::by_component() const {
  std::map<std::string, Joules> sums;
  for (const EnergyRow& row : rows) sums[row.component] += row.total;
  return sums;
}

Energy price_run(const ActionCounts& counts,
                 std::uint64_t cycles,
                 const Chip& chip,
                 const Prices& prices) {
  Energy energy;
  energy.definition = prices.definition;
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    const ActionPrice& price = prices.of(action);
    if (counts[action] > 0 || (price.included_in.empty() && is_possible(action, chip)))
      energy.rows.push_back(action_row(action, counts[action], price));
  }
  for (const StaticPrice& price : prices.statics)
    energy.rows.push_back(static_row(price, cycles, chip.clock));
  for (const EnergyRow& row : energy.rows) energy.total += row.total;
  return energy;
}

}  // namespace spikeloom
