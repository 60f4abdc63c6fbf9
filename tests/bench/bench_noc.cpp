// How many router-cycles of the reference network a CPU second carries.

#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "models/base/json_reader.hpp"
#include "models/library/library.hpp"
#include "sim/noc/measure.hpp"

namespace spikeloom::bench {
namespace {

// The argument is packets per 1,000 nodes and cycles.
void noc_8x8_router_cycles_per_cpu_s(benchmark::State& state) {
  const std::string file = library_directory() + "/chips/noc8x8.json";
  const Chip chip = read_chip(read_json_file(file), {file, ""});
  const double offered = static_cast<double>(state.range(0)) / 1000;
  std::uint64_t router_cycles = 0;
  for (auto _ : state)
    router_cycles +=
        noc::Workload(chip, noc::Pattern::Uniform, Seed{1}).measure(offered).router_cycles;
  state.SetItemsProcessed(static_cast<std::int64_t>(router_cycles));
}

}  // namespace

BENCHMARK(noc_8x8_router_cycles_per_cpu_s)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace spikeloom::bench
