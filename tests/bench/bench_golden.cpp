// Synaptic events per CPU second of the integer golden engines, beside loops that do less, in the
// same process: quote the ratio, not the absolute figure. docs/developer/benchmarks.md explains
// each.

#include <benchmark/benchmark.h>

#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/bench/bare_simulation.hpp"
#include "tests/bench/networks.hpp"

namespace spikeloom::bench {
namespace {

constexpr std::uint32_t kSteps = 100;

// Arguments: number of synapses, longest delay in steps.
LoweredNetwork recurrent_network(const benchmark::State& state) {
  return network_of(static_cast<std::uint32_t>(state.range(0)) / kFanOut,
                    static_cast<std::uint32_t>(state.range(1)));
}

void bare_simulation(benchmark::State& state) {
  const LoweredNetwork network = recurrent_network(state);
  BareSimulation bare(network);
  if (bare.run(kSteps).size() != FastIntegerEngine(network).run(Sample{}, kSteps).spikes.size())
    state.SkipWithError("the bare simulation computes another network");
  std::size_t spikes = 0;
  for (auto _ : state) spikes += bare.run(kSteps).size();
  state.SetItemsProcessed(static_cast<std::int64_t>(spikes * kFanOut));
}

// The least that any simulator does: adds the rows of the same spikes, which somebody else found.
void bare_loop(benchmark::State& state) {
  const LoweredNetwork network = recurrent_network(state);
  const std::vector<Spike> spikes = FastIntegerEngine(network).run(Sample{}, kSteps).spikes;
  BareSimulation bare(network);
  bare.run(0);
  for (auto _ : state)
    for (const Spike& spike : spikes) bare.send(spike.neuron, spike.step);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * spikes.size() * kFanOut));
}

template <typename Engine>
void run_recurrent(benchmark::State& state) {
  const LoweredNetwork network = recurrent_network(state);
  Engine engine(network);
  for (auto _ : state) benchmark::DoNotOptimize(engine.run(Sample{}, kSteps));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.counts().synaptic_events));
}
void golden_fast(benchmark::State& state) { run_recurrent<FastIntegerEngine>(state); }
void golden_integer(benchmark::State& state) { run_recurrent<IntegerEngine>(state); }

template <typename Engine>
void run_convolutional(benchmark::State& state) {
  const LoweredNetwork network = convolutional_network();
  const Sample sample = drawn_sample(network, 1, kSteps, 20);
  Engine engine(network);
  for (auto _ : state) benchmark::DoNotOptimize(engine.run(sample, kSteps));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.counts().synaptic_events));
}
void golden_fast_convolution(benchmark::State& state) {
  run_convolutional<FastIntegerEngine>(state);
}
void golden_integer_convolution(benchmark::State& state) {
  run_convolutional<IntegerEngine>(state);
}

// 16 samples, so many at a time.
void run_samples(benchmark::State& state, const LoweredNetwork& network, std::uint32_t rarity) {
  constexpr std::uint32_t kSamples = 16;
  const auto together = static_cast<std::size_t>(state.range(0));
  std::vector<Sample> samples;
  for (std::uint32_t number = 0; number < kSamples; ++number)
    samples.push_back(drawn_sample(network, number, kSteps, rarity));
  FastIntegerEngine engine(network);
  for (auto _ : state)
    for (std::size_t first = 0; first < kSamples; first += together)
      benchmark::DoNotOptimize(engine.run(std::span(samples).subspan(first, together), kSteps));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.counts().synaptic_events));
}
void golden_fast_convolution_samples(benchmark::State& state) {
  run_samples(state, convolutional_network(), 20);
}
void golden_fast_dense_samples(benchmark::State& state) { run_samples(state, dense_network(), 20); }

void recurrent_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgsProduct({{1'000'000, 10'000'000}, {1, 15}})->Unit(benchmark::kMillisecond);
}
void samples_together(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1)->Arg(4)->Arg(16)->Unit(benchmark::kMillisecond);
}

}  // namespace

BENCHMARK(bare_loop)->Apply(recurrent_sizes);
BENCHMARK(bare_simulation)->Apply(recurrent_sizes);
BENCHMARK(golden_fast)->Apply(recurrent_sizes);
BENCHMARK(golden_integer)->Apply(recurrent_sizes);
BENCHMARK(golden_fast_convolution)->Unit(benchmark::kMillisecond);
BENCHMARK(golden_integer_convolution)->Unit(benchmark::kMillisecond);
BENCHMARK(golden_fast_convolution_samples)->Apply(samples_together);
BENCHMARK(golden_fast_dense_samples)->Apply(samples_together);

}  // namespace spikeloom::bench
