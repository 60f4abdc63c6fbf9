// What mapping costs per synapse, with the baseline and with the better algorithms.

#include <benchmark/benchmark.h>

#include "mapper/mapper.hpp"
#include "tests/bench/networks.hpp"

namespace spikeloom::bench {
namespace {

void map_with(benchmark::State& state, const MapperOptions& options) {
  const auto synapses = static_cast<std::uint32_t>(state.range(0));
  const LoweredNetwork network = network_of(synapses / kFanOut);
  const Chip mesh = mesh_of(synapses / kFanOut);
  for (auto _ : state)
    benchmark::DoNotOptimize(map_network(network, mesh, options, Seed{1}, "benchmark"));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * synapses);
}

void map_baseline(benchmark::State& state) {
  map_with(state, {"sequential", "row_major", "xy_tree", "plain"});
}
void map_better(benchmark::State& state) {
  map_with(state, {"metis", "anneal", "west_first", "merge"});
}

}  // namespace

BENCHMARK(map_baseline)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(map_better)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace spikeloom::bench
