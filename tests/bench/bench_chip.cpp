// How many synaptic events and packet hops of the chip a CPU second carries.

#include <benchmark/benchmark.h>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "tests/bench/networks.hpp"

extern "C" int sc_main(int, char**) { return 0; }  // libsystemc refers to it

namespace spikeloom::bench {
namespace {

constexpr std::uint32_t kSteps = 100;

std::uint32_t neurons_of(const benchmark::State& state) {
  return static_cast<std::uint32_t>(state.range(0)) / kFanOut;
}

void chip(benchmark::State& state) {
  const LoweredNetwork network = network_of(neurons_of(state));
  const Chip mesh = mesh_of(neurons_of(state));
  const MapperOptions mapper{"sequential", "row_major", "west_first", "merge"};
  const MappingResult mapped = map_network(network, mesh, mapper, Seed{1}, "benchmark");
  ChipSimulator simulator(mesh, mapped.mapping);
  for (auto _ : state) benchmark::DoNotOptimize(simulator.run(Sample{}, kSteps));
  const ActionCounts actions = simulator.actions();
  const auto hops = actions[Action::HopEastWest] + actions[Action::HopNorthSouth];
  state.SetItemsProcessed(static_cast<std::int64_t>(actions[Action::SynapticOperation]));
  state.counters["hops_per_second"] =
      benchmark::Counter(static_cast<double>(hops), benchmark::Counter::kIsRate);
}

}  // namespace

// The argument is the number of synapses.
BENCHMARK(chip)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace spikeloom::bench

BENCHMARK_MAIN();
