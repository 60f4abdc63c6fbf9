// What the row formats cost, and what they count.

#include <doctest/doctest.h>

#include "models/base/error.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "tests/unit/chip_sim/hand_built.hpp"

namespace spikeloom {
namespace {

using namespace test;

/// Neuron 0 of tile 0 spikes in every step; its packets take row 0 of a core of `neurons` on
/// tile 1.
struct OneRow {
  Chip chip = mesh(2, 1);
  Mapping mapping;

  OneRow(std::uint32_t neurons, std::uint32_t lanes) {
    chip.core.synapses_per_word = lanes;
    chip.core.kernel_words = 1024;
    mapping = blank(chip);
    CoreImage& source = mapping.cores[add_core(mapping, TileId{0}, 1)];
    source.bias[0] = source.sends[0] = 1;
    CoreImage& target = mapping.cores[add_core(mapping, TileId{1}, neurons, 1)];
    target.axons = {{0, kNeuronMask, 0}};
    target.rows.resize(1);
    route_tree(mapping, chip, 0, kNeuronMask, TileId{0}, {TileId{1}});
  }
  CoreImage& target() { return mapping.cores[CoreId{1}]; }
  void set_row(const Row& row) { target().rows.set(0, row); }
  /// Sets the row again, after `change`.
  template <typename Change>
  void change_row(Change change) {
    Row row = target().rows[0];
    change(row);
    set_row(row);
  }

  /// Cycles of the row, found from those of the step.
  std::uint64_t cycles() {
    ChipSimulator simulator(chip, mapping);
    const SampleRun run = simulator.run({}, 1, true);
    // Update 4, output queue 1, router 2, link 1, router 2, core port 1, lookup 2; drain 2 and
    // barrier 12 behind the row.
    constexpr std::uint64_t kWay = 4 + 1 + 2 + 1 + 2 + 1 + 2, kBehind = 2 + 12;
    counts = simulator.tiles()[TileId{1}].actions;
    return run.step_cycles[0] - kWay - kBehind;
  }
  ActionCounts counts;
};

void make_dense(OneRow& one, std::uint32_t weights) {
  const std::uint32_t per_word = dense_weights_per_word(one.chip.core);
  Row row(0, (weights + per_word - 1) / per_word, 0);
  row.format = RowFormat::Dense;
  row.delay = 1;
  one.set_row(row);
  one.target().dense.assign(std::size_t{row.words} * per_word, 0);
  for (std::uint32_t i = 0; i < weights; ++i) one.target().dense[i] = 1;
}

TEST_CASE("a dense word holds as many weights as its bits, and as many are added as lanes") {
  OneRow one(20, 3);
  // 8 target bits, 8 weight bits and 4 delay bits a lane: 60 bits, 7 weights, 3 cycles.
  REQUIRE(dense_weights_per_word(one.chip.core) == 7);
  make_dense(one, 16);
  one.target().dense[3] = 0;
  CHECK(one.cycles() == 3 * 3);
  CHECK(one.counts[Action::RowPointerRead] == 1);
  CHECK(one.counts[Action::SynapticWordRead] == 3);
  CHECK(one.counts[Action::SynapticOperation] == 15);
  CHECK(one.counts[Action::KernelRead] == 0);
  CHECK(one.counts[Action::ConvolutionTap] == 0);
}

TEST_CASE("a convolution row costs a cycle for each convolution and some for each tap") {
  OneRow one(18, 2);
  one.chip.core.convolution_cycles_per_tap = 3;
  Row row(0, 2, 0);
  row.format = RowFormat::Convolution;
  one.set_row(row);
  one.target().axons[0].shared = true;
  one.target().kernels.assign(std::size_t{2} * 9, 1);
  one.target().kernels[4] = 0;
  Convolution c;
  c.target = {2, 3, 3}, c.kernel = {3, 3}, c.padding = {1, 1};
  c.source_at = {1, 1};  // every target sees it
  Convolution other = c;
  other.first_key = 1;  // another source's
  one.target().convolutions = {c, other};
  CHECK(one.cycles() == 2 + 18 * 3);
  CHECK(one.counts[Action::RowPointerRead] == 1 + 2 * kRowsPerConvolution);
  CHECK(one.counts[Action::SynapticWordRead] == 0);
  CHECK(one.counts[Action::KernelRead] == 18);
  CHECK(one.counts[Action::ConvolutionTap] == 18);
  CHECK(one.counts[Action::SynapticOperation] == 17);
  CHECK(one.counts[Action::RingRead] == 17 + 18);
}

TEST_CASE("rows that do not fit the core are not loaded") {
  OneRow one(20, 3);
  const auto message = [&] {
    try {
      ChipSimulator simulator(one.chip, one.mapping);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  make_dense(one, 20);
  CHECK(message() == "");
  SUBCASE("a weight behind the last neuron") {
    one.target().dense[20] = 1;
    CHECK(message() == "mapping#/cores/1: a row goes to neuron 20, the core has 20");
  }
  SUBCASE("a word behind the last neuron") {
    one.change_row([](Row& row) { row.first_target = 6; });
    CHECK(message() == "mapping#/cores/1: a row has 21 weights from neuron 6 on, the core has 20");
  }
  SUBCASE("more words than stored") {
    one.change_row([](Row& row) { row.first_word = 1; });
    CHECK(message() == "mapping#/cores/1: a row is dense words 1 to 3, the core stores 3");
  }
  SUBCASE("no delay") {
    one.change_row([](Row& row) { row.delay = 0; });
    CHECK(message() == "mapping#/cores/1: a row has delay 0, allowed are 1 to 15");
  }
  SUBCASE("no convolution") {
    one.change_row([](Row& row) { row.format = RowFormat::Convolution; });
    CHECK(message() == "mapping#/cores/1: a row's convolution does not exist");
  }
  SUBCASE("a convolution without kernel") {
    one.target().convolutions.resize(1);
    CHECK(message() ==
          "mapping#/cores/1: a convolution is weights 0 to 0 of kernels, the core stores 0");
  }
}

}  // namespace
}  // namespace spikeloom
