#include <doctest/doctest.h>

#include "mapper/keys/key_plan.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

LoweredPopulation image(Shape shape) {
  LoweredPopulation population;
  population.size = static_cast<std::uint32_t>(volume_of(shape));
  population.shape = std::move(shape);
  return population;
}

Chip chip_with(std::vector<TilePosition> ports) {
  Chip chip = test::make_chip(8, 8, 16);
  chip.io.ports = std::move(ports);
  return chip;
}

TEST_CASE("each corner of an image enters at the port of that corner") {
  const Chip chip = chip_with({{7, 7}, {0, 0}, {0, 7}, {7, 0}});
  const auto port_of = ports_of_elements(image({2, 6, 4}), chip, {0, 1, 2, 3});
  for (std::uint32_t n = 0; n < port_of.size(); ++n) {
    CAPTURE(n);
    const TilePosition at = chip.io.ports[port_of[n]];
    CHECK(at.x == (n % 4 < 2 ? 0 : 7));
    CHECK(at.y == (n % 24 / 4 < 3 ? 0 : 7));
  }
}

TEST_CASE("ports get equal shares, or nearly where a row ends") {
  const Chip chip = chip_with({{0, 0}, {3, 0}, {7, 0}});
  const auto shares = [&](Shape shape) {
    std::vector<std::uint32_t> count(3);
    for (const std::uint32_t port : ports_of_elements(image(std::move(shape)), chip, {0, 1, 2}))
      ++count[port];
    return count;
  };
  using Counts = std::vector<std::uint32_t>;
  CHECK(shares({90}) == Counts{30, 30, 30});
  CHECK(shares({2}) == Counts{0, 1, 1});
  CHECK(shares({1, 3}) == Counts{1, 1, 1});
  CHECK(shares({4, 4}) == Counts{5, 5, 6});             // a column is a quarter: too much
  CHECK(shares({1, 31, 31}) == Counts{310, 315, 336});  // whole columns, then whole rows
}

TEST_CASE("only ports that are asked for are given") {
  const Chip chip = chip_with({{0, 0}, {3, 0}, {7, 0}});
  for (const std::uint32_t port : ports_of_elements(image({50}), chip, {2})) CHECK(port == 2);
}

/// Two cores, each driven by its half of the input.
LoweredNetwork two_halves() {
  test::NetworkBuilder build(1);
  const auto input = build.input("input", {8});
  const auto hidden = build.neurons("hidden", {8});
  build.output(hidden);
  SparseConnectivity form;
  form.row = {0};
  for (std::uint32_t n = 0; n < 8; ++n) {
    form.target.push_back(n);
    form.weight.push_back(1);
    form.delay.push_back(1);
    form.row.push_back(form.target.size());
  }
  build.network().projections.push_back({input, hidden, "input -> hidden", std::move(form), 0});
  return std::move(build.network());
}

TEST_CASE("after placement each part enters at the port nearest to its targets") {
  const LoweredNetwork network = two_halves();
  const NetworkView view(network, "net");
  const Chip chip = chip_with({{0, 0}, {7, 7}});
  const UsableCores usable(chip);
  const Partition partition({{8, 9, 10, 11}, {12, 13, 14, 15}}, view.size());
  const TileId first = chip.tile_at({1, 0}), second = chip.tile_at({6, 7});
  for (const bool crossed : {false, true}) {
    CAPTURE(crossed);
    KeyPlan plan = plan_keys(view, partition, chip, usable, kGroupings[0]);
    REQUIRE(plan.inputs.size() == 2);
    CHECK(plan.inputs[0].elements == std::vector<std::uint32_t>{0, 1, 2, 3});
    enter_near_targets(plan, {{crossed ? second : first, 0}, {crossed ? first : second, 0}}, chip);
    CHECK(plan.inputs[0].port == (crossed ? 1 : 0));
    CHECK(plan.inputs[1].port == (crossed ? 0 : 1));
  }
}

TEST_CASE("a part without synapses goes to some core all the same") {
  test::NetworkBuilder build(1);
  const auto input = build.input("input", {8});
  const auto hidden = build.neurons("hidden", {4});
  build.output(hidden);
  SparseConnectivity form{{0, 1, 2, 3, 4, 4, 4, 4, 4}, {0, 1, 2, 3}, {1, 1, 1, 1}, {1, 1, 1, 1}};
  build.network().projections.push_back({input, hidden, "input -> hidden", std::move(form), 0});
  const NetworkView view(build.network(), "net");
  const Chip chip = chip_with({{0, 0}, {7, 7}});
  const KeyPlan plan = plan_keys(
      view, Partition({{8, 9, 10, 11}}, view.size()), chip, UsableCores(chip), kGroupings[0]);
  REQUIRE(plan.inputs.size() == 2);
  for (const PacketGroup& group : plan.groups)
    CHECK((group.to_io || group.cores == std::vector<std::uint32_t>{0}));
}

}  // namespace
}  // namespace spikeloom
