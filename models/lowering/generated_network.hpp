#pragma once
// What the generators of networks share: synapses drawn as a rule, and neurons of which each drives
// itself by a bias at a rate of its own.

#include <string>

#include "models/base/json_reader.hpp"
#include "models/base/units.hpp"
#include "models/lowering/lowered_network.hpp"

namespace spikeloom {

/// `"fan_out", "delay_steps": [1, 15], "rate_hz", "inhibitory_fraction"` of every generator.
struct GeneratedNetworkSpec {
  std::uint32_t fan_out = 0;
  std::uint32_t delay_min = 1, delay_max = 15;
  /// Target mean rate, 0: silent; the run reports the measured one. Neurons so slow that their bias
  /// rounds to 0 are silent too.
  double rate_hz = 20.0;
  double inhibitory_fraction = 0.2;  ///< of the neurons; their weights are negative
};
/// Reads these fields; `neurons` bounds the fan-out.
void read_generated_network(ObjectReader& reader,
                            std::uint32_t neurons,
                            GeneratedNetworkSpec& spec);
Json to_json(const GeneratedNetworkSpec& spec);

inline constexpr std::uint32_t kMostGeneratedNeurons = 1U << 24;

/// How the neurons of a generated network begin.
enum class GeneratedStart {
  Together,  ///< of six kinds, all at v = 0: the rate is reached after an interval
  Spread,    ///< anywhere within their interval, without leaks: the rate holds from the first step
};

struct GenerationPlan {
  const GeneratedNetworkSpec& spec;
  std::string purpose;  ///< of the random numbers
  Shape shape;
  NeuronGrid grid;
  std::uint32_t radius;
  bool wraps;
  GeneratedStart start;
  bool saturating;  ///< weights and leaks so large that u, v and sums overflow often
};

/// One population "neurons" with one projection onto itself. Refuses (InputError) rates above half
/// a spike per step; `place` is where the spec was read.
LoweredNetwork generate_network(const GenerationPlan& plan,
                                Seconds dt,
                                const Arithmetic& arithmetic,
                                Seed seed,
                                const JsonPlace& place);

}  // namespace spikeloom
