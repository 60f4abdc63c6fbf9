// Runs software neurons of SpiNNaker from numbers in a file, for the test beside it.
//
// usage: spinnaker_neurons NEURONS STATES
// NEURONS: per neuron 14 little-endian int64 (the fields of SpinnakerProfile in order, then
//          i_offset) after a head of two, the numbers of neurons and of ticks; then per neuron and
//          tick two int64, the sums of excitatory and of inhibitory weights that arrived.
// STATES:  per neuron and tick four int32: v, exc, inh after the tick, and whether it spiked.
// exit codes: 0 done, 1 a file cannot be read or written
#include <cstdio>
#include <fstream>
#include <vector>

#include "sim/golden/spinnaker_neuron.hpp"

using namespace spikeloom;

namespace {

std::int64_t next(std::istream& file) {
  std::int64_t value = 0;
  file.read(reinterpret_cast<char*>(&value), sizeof value);
  return value;
}

template <typename Integer>
void take(std::istream& file, Integer& value) {
  value = static_cast<Integer>(next(file));
}

SpinnakerProfile next_profile(std::istream& file) {
  SpinnakerProfile profile;
  take(file, profile.v_rest);
  take(file, profile.v_reset);
  take(file, profile.v_threshold);
  take(file, profile.r_membrane);
  take(file, profile.exp_tc);
  take(file, profile.refractory_ticks);
  profile.shaped = next(file) != 0;
  take(file, profile.exc_decay);
  take(file, profile.inh_decay);
  take(file, profile.exc_init);
  take(file, profile.inh_init);
  take(file, profile.exc_shift);
  take(file, profile.inh_shift);
  return profile;
}

void run(std::istream& file, std::int64_t ticks, std::vector<std::int32_t>& states) {
  const SpinnakerProfile profile = next_profile(file);
  std::int32_t i_offset = 0;
  take(file, i_offset);
  SpinnakerNeuron neuron{.v = profile.v_rest};
  IntegerCounts counts;
  for (std::int64_t t = 0; t < ticks; ++t) {
    SpinnakerArrivals arrivals;
    take(file, arrivals.exc);
    take(file, arrivals.inh);
    const bool spike = tick(neuron, profile, i_offset, arrivals, counts);
    states.insert(states.end(), {neuron.v, neuron.exc, neuron.inh, spike ? 1 : 0});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  std::ifstream in(argv[1], std::ios::binary);
  const std::int64_t neurons = next(in), ticks = next(in);
  std::vector<std::int32_t> states;
  for (std::int64_t i = 0; i < neurons && in; ++i) run(in, ticks, states);
  if (!in) return 1;
  std::ofstream out(argv[2], std::ios::binary);
  out.write(reinterpret_cast<const char*>(states.data()),
            static_cast<std::streamsize>(states.size() * sizeof(std::int32_t)));
  return out.good() ? 0 : 1;
}
