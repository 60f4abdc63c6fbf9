// The network that Brian2 and the fast engine run for scripts/bench_brian.sh: random connections of
// one step, plain leaky neurons with a drive of their own. `export DIR` writes it in units of the
// threshold for brian.py, `run` runs it for a second and says what it cost.

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/golden/fast_integer_engine.hpp"
#include "tests/bench/networks.hpp"

namespace spikeloom::bench {
namespace {

constexpr std::uint32_t kNeurons = 10'000, kSteps = 1000;
constexpr double kStep_s = 1e-3, kRate_hz = 22.0, kSpread = 0.5, kTau_s = 35e-3;

double drawn_rate(const RandomStream& rates, std::uint32_t neuron) {
  return kRate_hz * (1 + kSpread * (2 * rates.unit(neuron, 0) - 1));
}

// random_network's synapses and threshold, with one profile and drives that match it.
LoweredNetwork leaky_network() {
  LoweredNetwork network = network_of(kNeurons, 1);
  LoweredPopulation& population = network.populations[PopulationId{0}];
  NeuronProfile profile = population.profiles.front();
  const Arithmetic& arithmetic = network.arithmetic;
  const double forgotten = 1 - std::exp(-kStep_s / kTau_s);
  profile.decay_u = arithmetic.no_memory();
  profile.decay_v = static_cast<std::uint32_t>(std::lround(forgotten * arithmetic.no_memory()));
  profile.reset = ResetRule::ToValue;
  population.profiles = {profile};
  population.profile_of.clear();
  const RandomStream rates(Seed{1}, "bench.rate");
  const double threshold =
      std::ldexp(profile.threshold, static_cast<int>(arithmetic.threshold_shift));
  for (std::uint32_t neuron = 0; neuron < kNeurons; ++neuron) {
    // Without other input, v reaches the threshold after 1 / rate.
    const double reached = 1 - std::exp(-1 / (drawn_rate(rates, neuron) * kTau_s));
    population.bias[neuron] = *nearest_bias(arithmetic, threshold * forgotten / reached);
  }
  return network;
}

template <typename Value>
void write(const std::filesystem::path& file, const std::vector<Value>& values) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(Value)));
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

// Weights and drives in units of the threshold; a drive is what v tends to.
void export_to(const std::filesystem::path& directory) {
  const LoweredNetwork network = leaky_network();
  const LoweredPopulation& population = network.populations[PopulationId{0}];
  const auto& rows = std::get<SparseConnectivity>(network.projections.front().connectivity);
  const NeuronProfile& profile = population.profiles.front();
  const double threshold =
      std::ldexp(profile.threshold, static_cast<int>(network.arithmetic.threshold_shift));
  const double forgotten = static_cast<double>(profile.decay_v) / network.arithmetic.no_memory();
  std::vector<std::uint32_t> source;
  for (std::uint32_t neuron = 0; neuron < kNeurons; ++neuron)
    source.insert(source.end(), rows.row[neuron + 1] - rows.row[neuron], neuron);
  std::vector<double> weight, drive;
  for (const std::int16_t w : rows.weight)
    weight.push_back(std::ldexp(w, static_cast<int>(network.arithmetic.input_shift)) / threshold);
  for (const std::int32_t bias : population.bias) drive.push_back(bias / forgotten / threshold);
  write(directory / "source.u32", source);
  write(directory / "target.u32", rows.target);
  write(directory / "weight.f64", weight);
  write(directory / "drive.f64", drive);
  std::printf("{\"neurons\": %u, \"step_s\": %g, \"tau_s\": %.17g}\n",
              kNeurons,
              kStep_s,
              -kStep_s / std::log1p(-forgotten));
}

void run() {
  const LoweredNetwork network = leaky_network();
  FastIntegerEngine engine(network);
  const std::clock_t start = std::clock();
  const SampleTrace trace = engine.run(Sample{}, kSteps);
  const double cpu_s = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("{\"spikes\": %zu, \"synaptic_events\": %llu, \"cpu_s\": %.6f}\n",
              trace.spikes.size(),
              static_cast<unsigned long long>(engine.counts().synaptic_events),
              cpu_s);
}

}  // namespace
}  // namespace spikeloom::bench

int main(int argc, char** argv) try {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "export" && argc == 3)
    spikeloom::bench::export_to(argv[2]);
  else if (command == "run" && argc == 2)
    spikeloom::bench::run();
  else
    return std::fputs("usage: spikeloom_beside_brian run | export DIR\n", stderr), 2;
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "spikeloom_beside_brian: %s\n", error.what());
  return 3;
}
