#include <doctest/doctest.h>

#include <functional>

#include "models/base/error.hpp"
#include "models/mapping/check_belongs.hpp"
#include "models/mapping/check_mapping.hpp"
#include "tests/unit/mapping/small_mapping.hpp"

namespace spikeloom {
namespace {

using test::SmallMapping;

struct Corruption {
  std::function<void(SmallMapping&)> apply;
  std::string message;
};

/// An empty message: it is legal.
void check_refused(const SmallMapping& small, const std::string& message) {
  const auto check = [&] { check_legal(small.mapping, small.chip, "m.h5"); };
  if (message.empty())
    CHECK_NOTHROW(check());
  else
    CHECK_THROWS_WITH_AS(check(), message.c_str(), InputError);
}

/// The same on software cores: synapses in their format, a profile of the program for each one.
void make_software(SmallMapping& small) {
  small.chip.core.kind = CoreKind::Processor;
  for (CoreImage& core : small.mapping.cores) {
    core.spinnaker.resize(core.profiles.size());
    for (SynapticWord& word : core.words)
      word = ProcessorWord(word.target(), word.delay(), word.weight()).stored();
  }
}

TEST_CASE("a sound mapping passes both checks") {
  SmallMapping small;
  REQUIRE(small.core(0).words.size() == 12);
  REQUIRE(small.table(0).size() == 3);
  CHECK_NOTHROW(check_legal(small.mapping, small.chip, "m.h5"));
  CHECK_NOTHROW(check_equivalent(small.mapping, small.chip, small.network));
}

TEST_CASE("what the hardware cannot load is refused with its place") {
  const std::vector<Corruption> corruptions = {
      {[](auto& s) { s.mapping.width = 4; },
       "m.h5#/: made for 4 x 1 tiles, chip \"test\" has 3 x 1"},
      {[](auto& s) { s.mapping.tables.resize(2); },
       "m.h5#/tiles: 2 routing tables, the chip has 3 tiles"},
      {[](auto& s) { s.core(1).tile = TileId{9}; },
       "m.h5#/cores/1/tile: tile 9 does not exist, the chip has 3"},
      {[](auto& s) { s.core(1).tile = TileId{0}; },
       "m.h5#/cores/1/tile: tile 0 already has a core image"},
      {[](auto& s) { s.core(1).slot = 1; }, "m.h5#/cores/1/slot: is 1, the tile has 1 cores"},
      {[](auto& s) {
         s.chip.topology.dead_cores = {{{1, 0}, 0}};
       },
       "m.h5#/cores/1/tile: core 0 of tile 1 is dead"},
      {[](auto& s) { s.chip.core.neurons = 3; },
       "m.h5#/cores/0/profile_of: 4 neurons, the chip allows 3"},
      {[](auto& s) { s.chip.core.profiles = 0; },
       "m.h5#/cores/0/profiles: 1 profiles, the chip allows 0"},
      {[](auto& s) { s.core(0).bias.pop_back(); },
       "m.h5#/cores/0/bias: 3 values for a core of 4 neurons"},
      {[](auto& s) { s.core(0).bias.push_back(0); },
       "m.h5#/cores/0/bias: 5 values for a core of 4 neurons"},
      {[](auto& s) { s.core(0).sends.pop_back(); },
       "m.h5#/cores/0/sends: 3 values for a core of 4 neurons"},
      {[](auto& s) { s.core(0).identity.pop_back(); },
       "m.h5#/cores/0/identity: 3 values for a core of 4 neurons"},
      {[](auto& s) { s.core(0).profile_of[2] = 5; },
       "m.h5#/cores/0/profile_of: neuron 2 has profile 5, the core has 1"},
      {[](auto& s) { s.core(0).bias[1] = 0x7FFFFFFF; },
       "m.h5#/cores/0/bias: neuron 1 has bias 2147483647, which is not representable"},
      {[](auto& s) { s.core(0).sends[1] = 2; },
       "m.h5#/cores/0/sends: neuron 1 has 2, allowed are 0 and 1"},
      {[](auto& s) { s.core(0).identity[1].population = PopulationId{7}; },
       "m.h5#/cores/0/identity: neuron 1 is of population 7, there are 3"},
      {[](auto& s) { s.core(0).profiles[0].neuron.decay_u = 5000; },
       "m.h5#/cores/0/profiles: profile 0 has decays 5000 and 0, the largest is 4096"},
      {[](auto& s) { s.core(0).profiles[0].neuron.threshold = 1U << 20; },
       "m.h5#/cores/0/profiles: profile 0 has threshold 1048576, the largest is 131071"},
      {[](auto& s) { s.core(0).profiles[0].neuron.refractory_steps = 64; },
       "m.h5#/cores/0/profiles: profile 0 is refractory for 64 steps, the most is 63"},
      {[](auto& s) { s.core(0).profiles[0].neuron.max_spikes_per_step = 2; },
       "m.h5#/cores/0/profiles: profile 0 spikes up to 2 times a step, allowed are 1 to 1"},
      {[](auto& s) { s.core(0).profiles[0].neuron.max_spikes_per_step = 0; },
       "m.h5#/cores/0/profiles: profile 0 spikes up to 0 times a step, allowed are 1 to 1"},
      {[](auto& s) {
         s.chip.core.max_spikes_per_step = 4;
         s.core(0).profiles[0].neuron.max_spikes_per_step = 4;
         s.core(0).profiles[0].neuron.reset = ResetRule::ToValue;
       },
       "m.h5#/cores/0/profiles: profile 0 spikes several times a step, which needs a reset by "
       "subtraction, a threshold above 0 and no refractory steps"},
      {[](auto& s) { s.core(0).profiles[0].neuron.threshold_test = ThresholdTest::BeforeUpdate; },
       "m.h5#/cores/0/profiles: profile 0 tests v before the update, which needs a reset by "
       "subtraction"},
      {[](auto& s) {
         s.core(0).profiles[0].neuron.reset_time = ResetTime::NextStep;
         s.core(0).profiles[0].neuron.refractory_steps = 1;
       },
       "m.h5#/cores/0/profiles: profile 0 resets in the next step, which needs a test after the "
       "update, a threshold above 0 and no refractory steps"},
      {[](auto& s) {
         s.core(0).profiles[0].neuron.reset_time = ResetTime::NextStep;
         s.core(0).profiles[0].neuron.threshold = 0;
       },
       "m.h5#/cores/0/profiles: profile 0 resets in the next step, which needs a test after the "
       "update, a threshold above 0 and no refractory steps"},
      {[](auto& s) {
         s.core(0).profiles[0].neuron.reset_time = ResetTime::NextStep;
         s.core(0).profiles[0].neuron.reset = ResetRule::Subtract;
         s.core(0).profiles[0].neuron.threshold_test = ThresholdTest::BeforeUpdate;
       },
       "m.h5#/cores/0/profiles: profile 0 resets in the next step, which needs a test after the "
       "update, a threshold above 0 and no refractory steps"},
      {[](auto& s) {
         s.core(0).profiles[0].reset_period = 3;
         s.core(0).profiles[0].reset_offset = 2;
       },
       ""},
      {[](auto& s) {
         s.core(0).profiles[0].reset_period = 3;
         s.core(0).profiles[0].reset_offset = 3;
       },
       "m.h5#/cores/0/profiles: profile 0 is reset with the offset 3, its period is 3"},
      {[](auto& s) { s.core(0).profiles[0].reset_offset = 1; },
       "m.h5#/cores/0/profiles: profile 0 is reset with the offset 1, its period is 0"},
      {[](auto& s) { s.chip.core.axon_entries = 0; },
       "m.h5#/cores/0/axons: 1 axon entries, the chip allows 0"},
      {[](auto& s) { s.core(0).axons[0].key |= 1; },
       "m.h5#/cores/0/axons: entry 0 has key 0x00000009 outside its mask 0xfffffffc"},
      {[](auto& s) {
         s.core(0).axons.push_back({0x9, 0xFFFFFFFF, 0});
       },
       "m.h5#/cores/0/axons: entries 0x00000008/0xfffffffc and 0x00000009/0xffffffff overlap"},
      {[](auto& s) {
         s.core(0).axons.push_back({0x0, 0xFFFFFFF7, 0});
       },
       "m.h5#/cores/0/axons: entries 0x00000000/0xfffffff7 and 0x00000008/0xfffffffc overlap"},
      {[](auto& s) {
         s.core(0).axons.push_back({0x0, 0xFFFFFFF7, 0});
         s.core(0).axons.push_back({0x4, 0xFFFFFFFF, 0});
       },
       "m.h5#/cores/0/axons: entries 0x00000000/0xfffffff7 and 0x00000008/0xfffffffc overlap"},
      {[](auto& s) { s.chip.core.rows = 2; }, "m.h5#/cores/0/rows: 3 rows, the chip allows 2"},
      {[](auto& s) { s.change_row(0, 1, [](Row& row) { row.first_word = 10; }); },
       "m.h5#/cores/0/rows: row 1 is words 10 to 13, the core stores 12"},
      {[](auto& s) {
         s.core(0).rows.set(1, {13, 0, 0});
       },
       "m.h5#/cores/0/rows: row 1 is empty and begins at 13, the core stores 12"},
      {[](auto& s) { s.change_row(0, 1, [](Row& row) { row.weight_exponent = 8; }); },
       "m.h5#/cores/0/rows: row 1 has weight exponent 8, the largest is 7"},
      {[](auto& s) { s.chip.core.synapses_per_word = 5; },
       "m.h5#/cores/0/rows: row 0 is words 0 to 3, the core stores 2"},
      {[](auto& s) { s.core(0).words.push_back({}), s.chip.core.synapses_per_word = 1; }, ""},
      {[](auto& s) { s.chip.core.synaptic_words = 11; },
       "m.h5#/cores/0/words: 12 synaptic words, the chip allows 11"},
      {[](auto& s) { s.core(0).words[5] = SynapticWord(4, 1, 3); },
       "m.h5#/cores/0/words: synapse 5 goes to neuron 4, the core has 4"},
      {[](auto& s) { s.core(0).words[5] = SynapticWord(1, 0, 3); },
       "m.h5#/cores/0/words: synapse 5 has delay 0, allowed are 1 to 15"},
      {[](auto& s) { s.core(0).words[5] = SynapticWord(1, 16, 3); },
       "m.h5#/cores/0/words: synapse 5 has delay 16, allowed are 1 to 15"},
      {[](auto& s) { s.core(0).words[5] = SynapticWord(1, 1, -129); },
       "m.h5#/cores/0/words: synapse 5 has weight -129, allowed are -128 to 127"},
      {[](auto& s) {
         s.chip.core.arithmetic.weight_format = WeightFormat::Loihi;
         s.core(0).words[0] = SynapticWord(0, 1, 3);
         s.core(0).words[1] = SynapticWord(1, 1, -4);
       },
       "m.h5#/cores/0/rows: row 0 has weight 3, its signs allow even numbers from -256 to 254"},
      {[](auto& s) { s.core(0).dense.assign(dense_weights_per_word(s.chip.core), 128); },
       "m.h5#/cores/0/dense: weight 0 is 128, allowed are -128 to 127"},
      {[](auto& s) { s.change_row(0, 1, [](Row& row) { row.format = RowFormat::Dense; }); },
       "m.h5#/cores/0/rows: row 1 is dense words 4 to 7, the core stores 0"},
      {[](auto& s) { s.change_row(0, 1, [](Row& row) { row.format = RowFormat::Convolution; }); },
       "m.h5#/cores/0/rows: row 1 is convolutions 4 to 7, the core stores 0"},
      {[](auto& s) {
         s.core(0).kernels = {1, 2};
       },
       "m.h5#/cores/0/kernels: 2 kernel words, the chip allows 0"},
      {[](auto& s) {
         s.chip.core.kernel_words = 2;
         s.core(0).kernels = {1, -129};
       },
       "m.h5#/cores/0/kernels: weight 1 is -129, allowed are -128 to 127"},
      {[](auto& s) { s.core(0).convolutions = {Convolution{}}; },
       "m.h5#/cores/0/convolutions: convolution 0 is weights 0 to 0 of kernels, the core stores 0"},
      {[](auto& s) { s.chip.router.table_entries = 2; },
       "m.h5#/tiles/0/routes: 3 routing entries, the chip allows 2"},
      {[](auto& s) { s.table(0)[0].key |= 1; },
       "m.h5#/tiles/0/routes: entry 0 has key 0x00000001 outside its mask 0xfffffffc"},
      {[](auto& s) { s.table(0)[0].route = 0; }, "m.h5#/tiles/0/routes: entry 0 routes nowhere"},
      {[](auto& s) { s.table(0)[0].route = bit_of(Port::North); },
       "m.h5#/tiles/0/routes: entry 0 routes to ports 0x4, the tile has 0xc1"},
      {[](auto& s) { s.table(1)[0].route = bit_of(Port::Io); },
       "m.h5#/tiles/1/routes: entry 0 routes to ports 0x40, the tile has 0x89"},
      {[](auto& s) {
         s.chip.topology.dead_tiles = {{2, 0}};
         s.table(1)[0].route = bit_of(Port::East);
       },
       "m.h5#/tiles/1/routes: entry 0 routes to ports 0x1, the tile has 0x88"},
      {[](auto& s) {
         s.chip.topology.cores_per_tile = 2;
         s.chip.topology.dead_cores = {{{1, 0}, 1}};
         s.table(1)[0].route |= bit_of(core_port(1));
       },
       "m.h5#/tiles/1/routes: entry 0 routes to ports 0x180, the tile has 0x89"},
      {[](auto& s) { s.mapping.inputs[0].population = PopulationId{3}; },
       "m.h5#/inputs/0: is population 3, there are 3"},
      {[](auto& s) { s.mapping.inputs[0].elements.resize((1U << 22) + 1); },
       "m.h5#/inputs/0: 4194305 elements, the chip allows 4194304"},
      {[](auto& s) { s.mapping.inputs[0].elements[1] = 1U << 22; },
       "m.h5#/inputs/0: has element 4194304, allowed are 0 to 4194303"},
      {[](auto& s) { s.mapping.inputs[0].port = 1; },
       "m.h5#/inputs/0: enters at port 1, the chip has 1"},
      {[](auto& s) { s.core(1).key_base = 5; },
       "m.h5#/cores/1: key base 0x00000005 is not aligned to 2 keys"},
      {[](auto& s) { s.core(1).key_base = 2; },
       "m.h5#/cores/1: key base 0x00000002 lies in the keys of /cores/0"},
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    CAPTURE(i);
    SmallMapping small;
    corruptions[i].apply(small);
    check_refused(small, corruptions[i].message);
  }
}

TEST_CASE("what the program of a software core cannot run is refused with its place") {
  const std::vector<Corruption> corruptions = {
      {[](auto&) {}, ""},
      {[](auto& s) { s.core(0).spinnaker.clear(); },
       "m.h5#/cores/0/spinnaker: 0 profiles of software neurons, a core of 1 profiles has 1"},
      {[](auto& s) { s.chip.core.kind = CoreKind::Digital; },
       "m.h5#/cores/0/spinnaker: 1 profiles of software neurons, a core of 1 profiles has 0"},
      {[](auto& s) { s.change_row(0, 1, [](Row& row) { row.format = RowFormat::Dense; }); },
       "m.h5#/cores/0/spinnaker: row 1 is not sparse, as all rows of software cores are"},
      {[](auto& s) { s.core(0).spinnaker[0].exc_shift = 15; }, ""},
      {[](auto& s) { s.core(0).spinnaker[0].exc_shift = 16; },
       "m.h5#/cores/0/spinnaker: profile 0 has the shifts 16 and 0, the largest is 15"},
      {[](auto& s) { s.core(0).spinnaker[0].inh_shift = 16; },
       "m.h5#/cores/0/spinnaker: profile 0 has the shifts 0 and 16, the largest is 15"},
      {[](auto& s) { s.core(0).words[5] = ProcessorWord(4, 1, 0).stored(); },
       "m.h5#/cores/0/words: synapse 5 goes to neuron 4, the core has 4"},
      {[](auto& s) { s.core(0).words[5] = ProcessorWord(1, 16, -1000).stored(); },
       "m.h5#/cores/0/words: synapse 5 has delay 16, allowed are 1 to 15"},
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    CAPTURE(i);
    SmallMapping small;
    make_software(small);
    corruptions[i].apply(small);
    check_refused(small, corruptions[i].message);
  }
}

TEST_CASE("lanes hold only their own neurons, in whole words") {
  SmallMapping small;
  small.chip.core.synapses_per_word = 2;
  for (const std::uint32_t core : {0U, 1U})
    for (std::size_t i = 0; i < small.core(core).rows.size(); ++i)
      small.core(core).rows.set(i, {0, 0, 0});
  SUBCASE("half a word") {
    small.core(0).words.resize(3);
    CHECK_THROWS_WITH_AS(check_legal(small.mapping, small.chip, "m.h5"),
                         "m.h5#/cores/0/words: 3 synapses are no whole words of 2",
                         InputError);
  }
  SUBCASE("half a dense word") {
    small.core(0).dense.assign(4, 0);
    CHECK_THROWS_WITH_AS(check_legal(small.mapping, small.chip, "m.h5"),
                         "m.h5#/cores/0/dense: 4 weights are no whole words of 3",
                         InputError);
  }
  SUBCASE("the wrong lane") {
    small.core(0).words[4] = SynapticWord(1, 1, 3);
    CHECK_THROWS_WITH_AS(check_legal(small.mapping, small.chip, "m.h5"),
                         "m.h5#/cores/0/words: synapse 4 to neuron 1 is in lane 0, not 1",
                         InputError);
  }
}

TEST_CASE("packets that go wrong are refused with their key") {
  const std::vector<Corruption> corruptions = {
      {[](auto& s) { s.table(0).erase(s.table(0).begin()); },
       "m.h5#/cores/0: key 0x00000000 has no routing entry at tile (0, 0), where it enters"},
      {[](auto& s) { s.table(1).erase(s.table(1).begin()); },
       "m.h5#/cores/0: key 0x00000000 leaves the grid at tile (2, 0)"},
      {[](auto& s) {
         s.table(1)[0].route |= bit_of(Port::East);
         s.table(2).push_back({0, 0, bit_of(Port::Core)});
       },
       "m.h5#/cores/0: key 0x00000000 is delivered to tile (2, 0), which has no core image"},
      {[](auto& s) { s.table(1)[0].route |= bit_of(Port::West); },
       "m.h5#/cores/0: key 0x00000000 comes to tile (0, 0) more than once"},
      {[](auto& s) { s.table(0)[0].route |= bit_of(Port::Core); },
       "m.h5#/cores/0: key 0x00000000 is delivered to tile (0, 0), whose core does not know it"},
      {[](auto& s) { s.core(1).axons[0].mask |= 3; },
       "m.h5#/cores/0: key 0x00000002 is delivered to tile (1, 0), whose core does not know it"},
      {[](auto& s) { s.core(1).axons[0].row_base = 2; },
       "m.h5#/cores/1/axons: entry 0 takes key 0x00000002 to row 4, the core has 4"},
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    CAPTURE(i);
    SmallMapping small;
    corruptions[i].apply(small);
    check_refused(small, corruptions[i].message);
  }
}

TEST_CASE("a mapping of another network is found out") {
  const std::string head = "the mapping is not the network: ";
  const std::vector<Corruption> corruptions = {
      {[](auto& s) { s.core(1).identity[1].neuron = 9; }, "core neuron 1 is nobody of the network"},
      {[](auto& s) {
         s.core(1).identity[1] = {PopulationId{0}, 1};
       },
       "input neuron 1 is an input, but on a core"},
      {[](auto& s) { s.core(1).identity[1].neuron = 0; },
       "output neuron 0 is placed more than once"},
      {[](auto& s) { s.core(1).profiles[0].start = 7; }, "output neuron 0 has another profile"},
      {[](auto& s) { s.core(1).profiles[0].neuron.max_spikes_per_step = 2; },
       "output neuron 0 has another profile"},
      {[](auto& s) { s.core(1).profiles[0].reset_period = 7; },
       "output neuron 0 is reset in other steps"},
      {[](auto& s) {
         s.network.resets.period = 7;
         s.network.resets.offset.resize(3);
         s.network.resets.offset[PopulationId{2}] = 3;
         for (CoreProfile& profile : s.core(1).profiles) profile.reset_period = 7;
       },
       "output neuron 0 is reset in other steps"},
      {[](auto& s) {
         for (NeuronProfile& profile : s.network.populations[PopulationId{1}].profiles)
           profile.spikes = false;
         for (CoreProfile& profile : s.core(0).profiles) profile.neuron.spikes = false;
       },
       "hidden neuron 0 sends packets to nobody"},
      {[](auto& s) { s.core(0).bias[3] = 1; }, "hidden neuron 3 has another bias"},
      {[](auto& s) { s.core(0).sends[3] = 0; }, "hidden neuron 3 sends no packets"},
      {[](auto& s) { s.network.populations[PopulationId{2}].is_output = false; },
       "output neuron 0 sends packets to nobody"},
      {[](auto& s) { s.network.populations[PopulationId{2}].size = 3; },
       "output neuron 2 is on no core"},
      {[](auto& s) { s.mapping.inputs[0].elements.pop_back(); }, "input neuron 2 enters nowhere"},
      {[](auto& s) { s.mapping.inputs.clear(); }, "input neuron 0 enters nowhere"},
      {[](auto& s) { s.mapping.inputs[0].elements[2] = 3; }, "input neuron 3 does not exist"},
      {[](auto& s) { s.mapping.inputs[0].elements[2] = 1; },
       "input neuron 1 enters more than once"},
      {[](auto& s) { s.mapping.inputs[0].population = PopulationId{1}; },
       "hidden enters, but is no input"},
      {[](auto& s) { std::swap(s.mapping.inputs[0].elements[0], s.mapping.inputs[0].elements[1]); },
       "input neuron 1 has a synapse"},
      {[](auto& s) { s.network.populations[PopulationId{1}].is_output = true; },
       "hidden neuron 0 leaves by the io port 0 times"},
      {[](auto& s) { s.table(0)[2].route |= bit_of(Port::Io); },
       "input neuron 0 leaves by the io port 1 times"},
      {[](auto& s) { s.core(1).words[0] = SynapticWord(0, 1, 0); },
       "hidden neuron 0 lacks a synapse to output neuron 0 with delay 1 and weight -4"},
      {[](auto& s) { s.core(1).words[0] = SynapticWord(0, 2, s.core(1).words[0].weight()); },
       "hidden neuron 0 lacks a synapse to output neuron 0 with delay 1 and weight -4"},
      {[](auto& s) { s.change_row(1, 0, [](Row& row) { row.weight_exponent = 1; }); },
       "hidden neuron 0 has a synapse to output neuron 0 with delay 1 and weight -96"},
      {[](auto& s) { s.core(1).rows.set(3, s.core(1).rows[0]); }, "hidden neuron 3 has a synapse"},
      {[](auto& s) { s.change_row(1, 0, [](Row& row) { row.words = 1; }); },
       "hidden neuron 0 lacks a synapse to output neuron 1"},
      {[](auto& s) {
         std::get<DenseConnectivity>(s.network.projections[1].connectivity).weight[0] = 0;
       },
       "hidden neuron 0 has a synapse to output neuron 0 with delay 1 and weight -4"},
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    CAPTURE(i);
    SmallMapping small;
    corruptions[i].apply(small);
    std::string message;
    try {
      check_equivalent(small.mapping, small.chip, small.network);
    } catch (const InternalError& error) {
      message = error.what();
    }
    CHECK(message.substr(0, head.size() + corruptions[i].message.size()) ==
          head + corruptions[i].message);
  }
}

TEST_CASE("a loaded mapping whose input is not the network's is refused") {
  const std::vector<Corruption> corruptions = {
      {[](auto&) {}, ""},
      {[](auto& s) { s.mapping.inputs.clear(); }, ""},
      {[](auto& s) { s.mapping.inputs[0].population = PopulationId{1}; },
       "m.h5#/inputs: holds an input that this network has not"},
      {[](auto& s) { s.mapping.inputs[0].elements[2] = 3; },
       "m.h5#/inputs: element 3 of input does not exist"},
      {[](auto& s) { s.mapping.inputs.push_back(s.mapping.inputs[0]); },
       "m.h5#/inputs: element 0 of input enters twice"},
      {[](auto& s) { s.mapping.inputs[0].elements.erase(s.mapping.inputs[0].elements.begin()); },
       "m.h5#/inputs: element 0 of input enters nowhere"},
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    CAPTURE(i);
    SmallMapping small;
    corruptions[i].apply(small);
    if (corruptions[i].message.empty()) {
      CHECK_NOTHROW(check_belongs(small.mapping, small.network, "m.h5"));
      continue;
    }
    CHECK_THROWS_WITH_AS(check_belongs(small.mapping, small.network, "m.h5"),
                         corruptions[i].message.c_str(),
                         InputError);
  }
}

}  // namespace
}  // namespace spikeloom
