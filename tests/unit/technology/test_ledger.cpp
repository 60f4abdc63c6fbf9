#include <doctest/doctest.h>

#include <cmath>

#include "models/technology/ledger.hpp"

using namespace spikeloom;

namespace {

// Distinct prices 1, 2, 4, ... pJ, so that a row taken for another shows.
Prices powers_of_two() {
  Prices prices;
  prices.definition = "Everything.";
  for (std::size_t i = 0; i < kActionCount; ++i)
    prices.action[i] = {Picojoules(static_cast<double>(1U << i)), "test", ""};
  prices.statics = {{"leakage", Watts(0.5), "test"}, {"clock", Watts(0), "unpriced: unknown"}};
  return prices;
}

ActionCounts some_counts() {
  ActionCounts counts;
  for (std::size_t i = 0; i < kActionCount; ++i) counts.count[i] = 3 * i + 1;
  return counts;
}

Energy priced(const Prices& prices) { return price_run(some_counts(), 1000, Chip{}, prices); }

// Relative: the energies here are far below one joule.
bool close(double value, double expected) {
  return std::abs(value - expected) <= 1e-12 * std::abs(expected);
}

const EnergyRow& row_of(const Energy& energy, const std::string& name) {
  for (const EnergyRow& row : energy.rows)
    if (row.name == name) return row;
  FAIL("no row " << name);
  return energy.rows.front();
}

}  // namespace

TEST_CASE("a row has count, price and their product") {
  const Energy energy = priced(powers_of_two());
  REQUIRE(energy.rows.size() == kActionCount + 2);
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const EnergyRow& row = energy.rows[i];
    CAPTURE(row.name);
    CHECK(row.name == name_of(static_cast<Action>(i)));
    CHECK(row.component == component_of(static_cast<Action>(i)));
    CHECK(row.count == 3 * i + 1);
    CHECK(row.each == Picojoules(static_cast<double>(1U << i)));
    CHECK(close(row.total.value(), static_cast<double>((3 * i + 1) << i) * 1e-12));
    CHECK(row.source == "test");
  }
  CHECK(energy.definition == "Everything.");
}

TEST_CASE("static power is a row of cycles over the simulated time") {
  const Energy energy = priced(powers_of_two());  // 1000 cycles of 10 ns
  const EnergyRow& leakage = row_of(energy, "leakage");
  CHECK(leakage.component == "static");
  CHECK(leakage.count == 1000);
  CHECK(close(leakage.each.value(), 5000));
  CHECK(close(leakage.total.value(), 5e-6));
}

TEST_CASE("what is not priced still has a row that says so") {
  const EnergyRow row = row_of(priced(powers_of_two()), "clock");
  CHECK(row.total == Joules(0));
  CHECK(row.source == "unpriced: unknown");
}

TEST_CASE("the rows sum to the total exactly, in their order") {
  const Energy energy = priced(powers_of_two());
  Joules sum;
  for (const EnergyRow& row : energy.rows) sum += row.total;
  CHECK(sum == energy.total);
}

TEST_CASE("components sum their rows") {
  const Energy energy = priced(powers_of_two());
  const auto components = energy.by_component();
  CHECK(components.at("link") ==
        row_of(energy, "hop_east_west").total + row_of(energy, "hop_north_south").total +
            row_of(energy, "hop_diagonal").total + row_of(energy, "hop_between_chips").total +
            row_of(energy, "payload_hop").total);
  Joules sum;
  for (const auto& [name, total] : components) sum += total;
  CHECK(close(sum.value(), energy.total.value()));
}

TEST_CASE("doubling one price adds exactly that row to the total") {
  const Energy before = priced(powers_of_two());
  for (std::size_t i = 0; i < kActionCount; ++i) {
    Prices prices = powers_of_two();
    prices.action[i].each = prices.action[i].each * 2.0;
    const Energy after = priced(prices);
    CAPTURE(before.rows[i].name);
    CHECK(after.rows[i].total == before.rows[i].total * 2.0);
    for (std::size_t other = 0; other < before.rows.size(); ++other)
      if (other != i) CHECK(after.rows[other].total == before.rows[other].total);
    CHECK(close(after.total.value(), (before.total + before.rows[i].total).value()));
  }
}

TEST_CASE("an included action costs nothing of its own and is listed when it was counted") {
  Prices prices = powers_of_two();
  const auto ring_read = static_cast<std::size_t>(Action::RingRead);
  prices.action[ring_read] = {Picojoules(0), "whole events", "synaptic_operation"};
  const EnergyRow row = row_of(priced(prices), "ring_read");
  CHECK(row.total == Joules(0));
  CHECK(row.count == some_counts()[Action::RingRead]);
  CHECK(row.source == "included in synaptic_operation: whole events");
  const Energy idle = price_run(ActionCounts{}, 0, Chip{}, prices);
  std::size_t possible = 0;
  for (std::size_t i = 0; i < kActionCount; ++i)
    possible += is_possible(static_cast<Action>(i), Chip{}) ? 1 : 0;
  CHECK(idle.rows.size() == possible - 1 + 2);  // but for ring_read; leakage and clock
  CHECK(idle.total == Joules(0));
}
