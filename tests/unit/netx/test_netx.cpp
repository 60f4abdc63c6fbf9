#include <doctest/doctest.h>

#include <cmath>

#include "models/base/error.hpp"
#include "models/network/semantics.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/unit/netx/netx_builder.hpp"

using namespace spikeloom;
using spikeloom_test::Build;
using spikeloom_test::NetxBuilder;
using spikeloom_test::read_built;
using spikeloom_test::TemporaryFile;

namespace {

Arithmetic loihi() { return *load_semantics_preset("loihi", {}).arithmetic; }

LoweredNetwork read(const Build& build, const NetxOptions& options = {}) {
  return read_built(build, loihi(), options);
}

std::string refusal(const Build& build,
                    const NetxOptions& options = {},
                    const Arithmetic& arithmetic = loihi()) {
  const TemporaryFile file("refused.net");
  NetxBuilder builder(file.path());
  build(builder);
  builder.finish();
  return spikeloom_test::refusal_after<InputError>(
      file.path(), [&] { read_netx(file.path(), arithmetic, options); });
}

// One layer of two neurons on two inputs.
void add_dense(NetxBuilder& file) {
  file.layer(0, "dense", {2}).cuba().weight({2, 2}, {2, -4, 6, 8});
}

// One channel of 3 by 3 inputs, a kernel of 2 by 2.
void add_conv(NetxBuilder& file) {
  file.layer(0, "conv", {1, 2, 2}).cuba().weight({1, 1, 2, 2}, {2, 4, 6, 8});
}

using Spikes = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // step, neuron

Spikes spikes_of(const SampleTrace& trace, std::uint32_t population) {
  Spikes spikes;
  for (const Spike& spike : trace.spikes)
    if (spike.population == PopulationId{population}) spikes.emplace_back(spike.step, spike.neuron);
  return spikes;
}

std::vector<double> v_of(const LoweredNetwork& network,
                         std::uint32_t population,
                         const Sample& sample,
                         std::uint32_t steps) {
  std::vector<double> v;
  for (const StateFrame& frame : IntegerEngine(network).run(sample, steps, true).states)
    if (frame.population == PopulationId{population}) v.push_back(frame.v.front());
  return v;
}

}  // namespace

TEST_CASE("a dense layer takes its spikes one step later and keeps the file's numbers") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    add_dense(file);
    file.numbers("0/bias", {2}, {3, -4096});
  });
  REQUIRE(network.populations.size() == 2);
  CHECK(network.populations[PopulationId{0}].name == "input");
  CHECK(network.populations[PopulationId{0}].is_input);
  const LoweredPopulation& neurons = network.populations[PopulationId{1}];
  CHECK(neurons.name == "layer/0");
  CHECK(neurons.is_output);
  CHECK(neurons.start == 0);
  CHECK(neurons.bias == std::vector<std::int32_t>{3 * 64, -4096 * 64});
  REQUIRE(neurons.profiles.size() == 1);
  CHECK(neurons.profiles[0] == NeuronProfile{.decay_u = 4096, .decay_v = 0, .threshold = 10});
  REQUIRE(network.projections.size() == 1);
  CHECK(network.projections[0].name == "input -> layer/0");
  const auto& dense = std::get<DenseConnectivity>(network.projections[0].connectivity);
  CHECK(dense.weight == std::vector<std::int16_t>{2, -4, 6, 8});
  CHECK(dense.delay == 1);
}

TEST_CASE("an input layer with neurons is driven within the step, and its weight is not applied") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "input", {1, 1, 2}).cuba(1024, 0, 100);
    file.number("0/weight", 40).number("0/bias", 36);
    file.layer(1, "dense", {1}).cuba().weight({1, 2}, {64, 64});
  });
  REQUIRE(network.populations.size() == 3);
  CHECK(network.populations[PopulationId{1}].name == "layer/0");
  CHECK(network.populations[PopulationId{1}].start == 1);
  CHECK(network.populations[PopulationId{2}].start == 1);
  CHECK(network.populations[PopulationId{1}].bias.empty());
  const Sample sample{{{0, 0, 70}, {1, 0, 31}, {2, 1, 101}}, {}};
  // A value counts in its own step alone, whatever iDecay says.
  CHECK(v_of(network, 1, sample, 3) == std::vector<double>{70 * 64, 0, 0});
  const SampleTrace trace = IntegerEngine(network).run(sample, 5);
  CHECK(spikes_of(trace, 1) == Spikes{{1, 0}, {2, 1}});
  CHECK(spikes_of(trace, 2) == Spikes{{2, 0}, {3, 0}});
}

TEST_CASE("an input layer without neurons is the input") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "input", {2, 3, 4});
    file.layer(1, "flatten", {24});
    file.layer(2, "dense", {1}).cuba().weight({1, 24}, std::vector<double>(24, 2));
  });
  REQUIRE(network.populations.size() == 2);
  CHECK(network.populations[PopulationId{0}].name == "layer/0");
  CHECK(network.populations[PopulationId{0}].is_input);
  CHECK(network.populations[PopulationId{0}].shape == Shape{2, 3, 4});
  CHECK(network.populations[PopulationId{1}].name == "layer/2");
}

TEST_CASE("a convolution slides its kernel as it is written, channels first") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "input", {2, 3, 4});
    file.layer(1, "conv", {2, 2, 2}).cuba();
    file.weight({2, 1, 2, 2, 1}, {2, 4, 6, 8, -2, -4, -6, -8});
    file.numbers("1/stride", {2}, {1, 2}).number("1/groups", 2);
    file.numbers("1/bias", {2}, {1, 2});
  });
  const auto& conv = std::get<ConvConnectivity>(network.projections.at(0).connectivity);
  CHECK(conv.source_shape == std::array<std::uint32_t, 3>{2, 3, 4});
  CHECK(conv.target_shape == std::array<std::uint32_t, 3>{2, 2, 2});
  CHECK(conv.stride == std::array<std::uint32_t, 2>{1, 2});
  CHECK(conv.weight == std::vector<std::int16_t>{2, 4, 6, 8, -2, -4, -6, -8});
  CHECK(network.populations[PopulationId{1}].bias ==
        std::vector<std::int32_t>{64, 64, 64, 64, 128, 128, 128, 128});
}

TEST_CASE("the input of a first convolution follows from stride 1, or from input_shape") {
  const auto shape_of = [](const LoweredNetwork& network) {
    return network.populations[PopulationId{0}].shape;
  };
  CHECK(shape_of(read(add_conv)) == Shape{1, 3, 3});
  const Build strided = [](NetxBuilder& file) {
    add_conv(file);
    file.number("0/stride", 2);
  };
  CHECK(refusal(strided) ==
        "#/layer/0/stride: leaves open how large the input is; say it as input_shape beside netx");
  CHECK(shape_of(read(strided, {.input_shape = {{1, 5, 4}}})) == Shape{1, 5, 4});
  CHECK(refusal(strided, {.input_shape = {{1, 6, 4}}}) ==
        "#/layer/0/shape: is (1, 2, 2), but the kernel makes (1, 3, 2) of (1, 6, 4)");
}

TEST_CASE("an input_shape that a first dense layer does not take is refused") {
  const Build dense = [](NetxBuilder& file) {
    file.layer(0, "dense", {1}).cuba().weight({1, 24}, std::vector<double>(24, 2));
  };
  CHECK(read(dense, {.input_shape = {{2, 3, 4}}}).populations[PopulationId{0}].size == 24);
  CHECK(refusal(dense, {.input_shape = {{2, 3, 5}}}) ==
        "#/layer/0/weight: has 24 inputs, the experiment's input_shape has 30");
}

TEST_CASE("a pooling weighs each channel by itself") {
  const Build pooling = [](NetxBuilder& file) {
    file.layer(0, "input", {2, 4, 5});
    file.layer(1, "pool", {2, 2, 3}).cuba().weight({1, 1, 2, 2, 1}, {8, 8, 8, 8});
    file.numbers("1/kernelSize", {2}, {2, 2});
  };
  const LoweredNetwork network = read(pooling);
  const auto& conv = std::get<ConvConnectivity>(network.projections.at(0).connectivity);
  CHECK(conv.groups == 2);
  CHECK(conv.stride == std::array<std::uint32_t, 2>{2, 2});
  CHECK(conv.weight == std::vector<std::int16_t>(8, 8));
  // Of five columns the last window sees one.
  CHECK(count_synapses(network.projections[0].connectivity, 40) == 40);
}

TEST_CASE("a recurrent layer listens to itself one step later") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "dense_rec", {1}).cuba(4096, 4096, 10).weight({1, 1}, {12});
    file.numbers("0/weight_rec", {1, 1}, {11});
  });
  REQUIRE(network.projections.size() == 2);
  CHECK(network.projections[1].source == PopulationId{1});
  const SampleTrace trace = IntegerEngine(network).run({{{0, 0, 1}}, {}}, 4);
  CHECK(spikes_of(trace, 1) == Spikes{{1, 0}, {2, 0}, {3, 0}});
}

TEST_CASE("an average adds up its group and never spikes") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "dense", {4}).cuba(4096, 4096, 1).weight({4, 1}, {2, 2, 2, 2});
    file.layer(1, "average", {2});
  });
  const LoweredPopulation& average = network.populations[PopulationId{2}];
  CHECK_FALSE(average.spikes());
  CHECK(average.is_output);
  CHECK(average.v_scale == std::vector<double>{64 * 2});
  const Sample sample{{{0, 0, 1}, {2, 0, 1}}, {}};
  CHECK(v_of(network, 2, sample, 5) == std::vector<double>{0, 128, 128, 256, 256});
}

TEST_CASE("a layer without neurons adds up its input and never spikes") {
  const LoweredNetwork network =
      read([](NetxBuilder& file) { file.layer(0, "dense", {1}).weight({1}, {2}); });
  CHECK_FALSE(network.populations[PopulationId{1}].spikes());
  CHECK(v_of(network, 1, {{{0, 0, 1}, {1, 0, 3}}, {}}, 4) == std::vector<double>{0, 128, 512, 512});
}

TEST_CASE("neurons of a layer may differ, by channel or one by one") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    add_dense(file);
    file.layer(1, "dense", {3}).text("1/neuron/type", "LOIHI");
    file.weight({3, 2}, {1, 2, 3, 4, 5, 6});
    file.numbers("1/neuron/iDecay", {3}, {4096, 1024, 4096}).number("1/neuron/vDecay", 7);
    file.numbers("1/neuron/vThMant", {3}, {5, 5, 5}).number("1/neuron/refDelay", 3);
  });
  const LoweredPopulation& layer = network.populations[PopulationId{2}];
  REQUIRE(layer.profiles.size() == 2);
  CHECK(layer.profile_of == std::vector<std::uint16_t>{0, 1, 0});
  CHECK(layer.profiles[1] ==
        NeuronProfile{.decay_u = 1024, .decay_v = 7, .threshold = 5, .refractory_steps = 2});
}

TEST_CASE("delays are per synapse, per neuron, per input or one for all, and take a step more") {
  using Delays = std::vector<std::vector<std::uint32_t>>;  // [source][target]
  const auto delays_of = [](const std::vector<std::size_t>& shape,
                            const std::vector<double>& values) {
    const LoweredNetwork network = read([&](NetxBuilder& file) {
      file.layer(0, "dense", {2}).cuba().weight({2, 3}, {2, 4, 6, 8, 10, 12});
      file.numbers("0/delay", shape, values);
    });
    Delays delays;
    for (std::uint32_t source = 0; source < 3; ++source) {
      delays.emplace_back();
      for_each_synapse(network.projections.at(0).connectivity, source, [&](const Synapse& synapse) {
        delays.back().push_back(synapse.delay);
      });
    }
    return delays;
  };
  CHECK(delays_of({1}, {62}) == Delays{{63, 63}, {63, 63}, {63, 63}});
  CHECK(delays_of({2}, {0, 5}) == Delays{{1, 6}, {1, 6}, {1, 6}});
  CHECK(delays_of({3}, {0, 1, 2}) == Delays{{1, 1}, {2, 2}, {3, 3}});
  CHECK(delays_of({2, 3}, {0, 1, 2, 3, 4, 5}) == Delays{{1, 4}, {2, 5}, {3, 6}});
}

TEST_CASE("a convolution's delays belong to its channels") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "conv", {3, 1, 1}).cuba().weight({3, 1, 1, 1}, {2, 4, 6});
    file.numbers("0/delay", {3}, {0, 4, 0});
  });
  REQUIRE(network.projections.size() == 2);
  const auto& now = std::get<ConvConnectivity>(network.projections[0].connectivity);
  const auto& later = std::get<ConvConnectivity>(network.projections[1].connectivity);
  CHECK(now.delay == 1);
  CHECK(now.weight == std::vector<std::int16_t>{2, 0, 6});
  CHECK(later.delay == 5);
  CHECK(later.weight == std::vector<std::int16_t>{0, 4, 0});
}

TEST_CASE("weights that the format does not hold are stored with another exponent, exactly") {
  const auto stored = [](const std::vector<double>& weights, double exponent) {
    const LoweredNetwork network = read([&](NetxBuilder& file) {
      file.layer(0, "dense", {1}).cuba().weight({weights.size()}, weights);
      file.number("0/neuron/wgtExp", exponent);
    });
    const Projection& projection = network.projections.at(0);
    return std::pair(std::get<DenseConnectivity>(projection.connectivity).weight,
                     projection.weight_exponent);
  };
  using Weights = std::vector<std::int16_t>;
  CHECK(stored({1, 255}, 0) == std::pair(Weights{1, 255}, 0));
  CHECK(stored({-1, -255, 0}, -3) == std::pair(Weights{-1, -255, 0}, -3));
  CHECK(stored({254, -256}, 2) == std::pair(Weights{254, -256}, 2));
  CHECK(stored({3, -5}, 0) == std::pair(Weights{6, -10}, -1));
  CHECK(stored({508, -4}, 0) == std::pair(Weights{254, -2}, 1));
}

TEST_CASE("weights are cut to fewer bits as Lava does") {
  const auto cut = [](const std::vector<double>& weights, std::uint32_t bits) {
    const LoweredNetwork network = read(
        [&](NetxBuilder& file) {
          file.layer(0, "dense", {1}).cuba().weight({weights.size()}, weights);
        },
        {.input_shape = {}, .weight_bits = bits});
    return std::get<DenseConnectivity>(network.projections.at(0).connectivity).weight;
  };
  using Weights = std::vector<std::int16_t>;
  CHECK(cut({37, -37, 31}, 4) == Weights{32, -64, 0});  // steps of 32
  CHECK(cut({37, 255, 15}, 4) == Weights{32, 240, 0});  // steps of 16
  CHECK(cut({-37, -255, -15}, 4) == Weights{-32, -240, 0});
  CHECK(cut({3, -3}, 7) == Weights{0, -4});
}

TEST_CASE("spikes of different delays are shifted apart where the exponent is below 0") {
  const LoweredNetwork network = read([](NetxBuilder& file) {
    file.layer(0, "dense", {1}).cuba(4096, 4096, 1000).weight({1, 2}, {3, 3});
    file.numbers("0/delay", {2}, {0, 1}).number("0/neuron/wgtExp", -1);
  });
  CHECK(network.projections.size() == 2);
  // Both arrive in step 2, each as 3 >> 1; together they would be 6 >> 1.
  const Sample sample{{{0, 1, 1}, {1, 0, 1}}, {}};
  CHECK(v_of(network, 1, sample, 4) == std::vector<double>{0, 0, 2 * 64, 0});
}

TEST_CASE("a chip of other widths takes the same numbers, or says which does not fit") {
  Arithmetic narrow;
  narrow.decay_bits = 10;
  narrow.threshold_shift = 4;
  narrow.input_shift = 4;
  const LoweredNetwork network = read_built(add_dense, narrow);
  const NeuronProfile& profile = network.populations[PopulationId{1}].profiles.at(0);
  CHECK(profile.decay_u == 1024);
  CHECK(profile.threshold == 40);
  CHECK(network.projections[0].weight_exponent == 2);
  const Build odd_decay = [](NetxBuilder& file) {
    file.layer(0, "dense", {1}).cuba(4095).weight({1}, {1});
  };
  CHECK(refusal(odd_decay, {}, narrow) ==
        "#/layer/0/neuron/iDecay: holds 4095, which does not fit the number formats");
  narrow.weight_exponent_max = 1;
  const Build odd_weight = [](NetxBuilder& file) {
    file.layer(0, "dense", {1}).cuba().weight({2}, {1, 100});
  };
  CHECK(refusal(odd_weight, {}, narrow) ==
        "#/layer/0/weight: holds 1 to 100 in steps of 1 times 2^2, synapses hold -128 to 127 "
        "times 2^0 to 2^1");
}

TEST_CASE("malformed files are refused with the place in the file") {
  const auto with = [](const std::function<void(NetxBuilder&)>& more) {
    return refusal([&](NetxBuilder& file) {
      add_dense(file);
      more(file);
    });
  };
  const auto single = [](const std::function<void(NetxBuilder&)>& more) {
    return refusal([&](NetxBuilder& file) {
      file.layer(0, "dense", {2});
      more(file);
    });
  };

  SUBCASE("layers") {
    CHECK(refusal([](NetxBuilder& file) { file.beside("other", 1); }) ==
          "#/layer: is missing: this is no netx file");
    CHECK(refusal([](NetxBuilder& file) {
            file.layer(1, "dense", {1});
            file.number("2/shape", 1);
          }) == "#/layer: holds 2 layers, but none is named 0");
    CHECK(refusal([](NetxBuilder& file) { file.number("0/shape", 1); }) ==
          "#/layer/0/type: is missing");
    CHECK(refusal([](NetxBuilder& file) { file.layer(0, "concat", {1}); }) ==
          "#/layer/0/type: is 'concat', allowed are input, dense, dense_rec, conv, pool, flatten "
          "and average");
    CHECK(refusal([](NetxBuilder& file) { file.layer(0, "flatten", {1}); }) ==
          "#/layer/0/type: is 'flatten', which needs a layer before");
    CHECK(refusal([](NetxBuilder& file) { file.layer(0, "input", {1}); }) ==
          "#/layer: holds no layer with neurons");
    CHECK(with([](NetxBuilder& file) { file.layer(1, "input", {2}); }) ==
          "#/layer/1/type: is 'input', which only the first layer may be");
    CHECK(with([](NetxBuilder& file) { file.layer(1, "flatten", {3}); }) ==
          "#/layer/1/shape: is (3), the layer before gives 2 values");
    CHECK(with([](NetxBuilder& file) { file.layer(1, "average", {3}); }) ==
          "#/layer/1/shape: has 3 averages of 2 values, which do not divide");
    CHECK(with([](NetxBuilder& file) { file.layer(1, "average", {2}).layer(2, "flatten", {2}); }) ==
          "#/layer/2/type: is 'flatten', but nothing may follow an average layer");
  }
  SUBCASE("shapes") {
    CHECK(refusal([](NetxBuilder& file) { file.layer(0, "dense", {0}); }) ==
          "#/layer/0/shape: holds 0 at element 0, allowed are whole numbers from 1 to 16777216");
    CHECK(refusal([](NetxBuilder& file) {
            file.layer(0, "dense", {1, 1, 1, 1});
          }) == "#/layer/0/shape: has 4 extents, allowed are 1 to 3");
    CHECK(refusal([](NetxBuilder& file) {
            file.layer(0, "dense", {1e7, 1e7, 1e7});
          }) == "#/layer/0/shape: is (10000000, 10000000, 10000000), more than 16777216 neurons");
    CHECK(refusal([](NetxBuilder& file) {
            add_conv(file);
            file.layer(1, "conv", {1, 2, 2}).cuba().weight({1, 2, 1, 1}, {2, 4});
          }) == "#/layer/1/weight: takes 2 channels, the layer before has 1");
    CHECK(refusal([](NetxBuilder& file) {
            add_conv(file);
            file.layer(1, "conv", {1, 2, 2}).cuba().weight({1, 1, 2, 2}, {2, 4, 6, 8});
          }) == "#/layer/1/shape: is (1, 2, 2), but the kernel makes (1, 1, 1) of (1, 2, 2)");
    CHECK(refusal([](NetxBuilder& file) {
            add_conv(file);
            file.number("0/padding", 65536);
          }) ==
          "#/layer/0/padding: holds 65536 at element 0, allowed are whole numbers from 0 to 65535");
  }
  SUBCASE("weights") {
    CHECK(single([](NetxBuilder& file) { file.cuba(); }) ==
          "#/layer/0/weight: required field is missing");
    CHECK(single([](NetxBuilder& file) {
            file.cuba().weight({2, 1}, {0.5, 1});
          }) ==
          "#/layer/0/weight: holds 0.5 at element 0, allowed are whole numbers from -65536 to "
          "65536");
    CHECK(single([](NetxBuilder& file) {
            file.cuba().weight({2, 1}, {1, NAN});
          }) ==
          "#/layer/0/weight: holds nan at element 1, allowed are whole numbers from -65536 to "
          "65536");
    CHECK(single([](NetxBuilder& file) {
            file.cuba().weight({3, 2}, {1, 2, 3, 4, 5, 6});
          }) == "#/layer/0/weight: has shape (3, 2) for 2 neurons");
    CHECK(single([](NetxBuilder& file) {
            file.cuba().weight({2, 1}, {-129, 128});
          }) ==
          "#/layer/0/weight: holds -129 to 128 in steps of 1 times 2^0, synapses hold even numbers "
          "from -256 to 254 times 2^-8 to 2^7");
    CHECK(single([](NetxBuilder& file) {
            file.numbers("0/weight/real", {1}, {1}).numbers("0/weight/imag", {1}, {1});
          }) == "#/layer/0/weight: holds complex weights, which are not supported");
    CHECK(with([](NetxBuilder& file) {
            file.layer(1, "dense", {1}).cuba().weight({1, 3}, {1, 2, 3});
          }) == "#/layer/1/weight: has 3 inputs, the layer before gives 2");
    CHECK(with([](NetxBuilder& file) { file.number("0/inFeatures", 3); }) ==
          "#/layer/0/inFeatures: is 3, the weights have 2");
    CHECK(with([](NetxBuilder& file) { file.numbers("0/bias", {1}, {9000}); }) ==
          "#/layer/0/bias: holds 9000, which does not fit the number formats");
    CHECK(with([](NetxBuilder& file) {
            file.numbers("0/bias", {3}, {1, 2, 3});
          }) == "#/layer/0/bias: holds 3 numbers for a layer of 2 channels and 2 neurons");
  }
  SUBCASE("neurons") {
    CHECK(single([](NetxBuilder& file) {
            file.text("0/neuron/type", "SDNN").weight({2, 1}, {1, 2});
          }) == "#/layer/0/neuron/type: is 'SDNN', allowed are LOIHI and CUBA");
    CHECK(single([](NetxBuilder& file) {
            file.text("0/neuron/type", "CUBA").weight({2, 1}, {1, 2});
          }) == "#/layer/0/neuron/iDecay: required field is missing");
    CHECK(single([](NetxBuilder& file) {
            file.cuba(4097).weight({2, 1}, {1, 2});
          }) ==
          "#/layer/0/neuron/iDecay: holds 4097 at element 0, allowed are whole numbers from 0 to "
          "4096");
    CHECK(single([](NetxBuilder& file) {
            file.cuba(0, 0, 131072).weight({2, 1}, {1, 2});
          }) == "#/layer/0/neuron/vThMant: holds 131072, which does not fit the number formats");
    CHECK(with([](NetxBuilder& file) { file.number("0/neuron/wgtExp", -9); }) ==
          "#/layer/0/neuron/wgtExp: holds -9 at element 0, allowed are whole numbers from -8 to 7");
    CHECK(with([](NetxBuilder& file) { file.number("0/neuron/refDelay", 65); }) ==
          "#/layer/0/neuron/refDelay: holds 65 at element 0, allowed are whole numbers from 0 to "
          "64");
    CHECK(with([](NetxBuilder& file) { file.number("0/neuron/messageBits", 16); }) ==
          "#/layer/0/neuron/messageBits: holds bits of graded spikes, which are not supported, "
          "allowed is 0");
  }
  SUBCASE("delays") {
    CHECK(with([](NetxBuilder& file) { file.number("0/delay", 63); }) ==
          "#/layer/0/delay: holds 63 at element 0, allowed are whole numbers from 0 to 62");
    CHECK(with([](NetxBuilder& file) {
            file.numbers("0/delay", {3}, {1, 2, 3});
          }) == "#/layer/0/delay: has shape (3) for 2 neurons of 2 inputs");
  }
}
