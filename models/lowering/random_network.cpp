#include "models/lowering/random_network.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {

RandomNetworkSpec read_random_network(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  RandomNetworkSpec spec;
  spec.neurons =
      static_cast<std::uint32_t>(reader.unsigned_integer("neurons", 2, kMostGeneratedNeurons));
  read_generated_network(reader, spec.neurons, spec);
  spec.saturating = reader.boolean("saturating", spec.saturating);
  reader.finish();
  return spec;
}

Json to_json(const RandomNetworkSpec& spec) {
  Json json = to_json(static_cast<const GeneratedNetworkSpec&>(spec));
  json["neurons"] = spec.neurons;
  json["saturating"] = spec.saturating;
  return json;
}

LoweredNetwork random_network(const RandomNetworkSpec& spec,
                              Seconds dt,
                              const Arithmetic& arithmetic,
                              Seed seed,
                              const JsonPlace& place) {
  const GenerationPlan plan{.spec = spec,
                            .purpose = "random_network",
                            .shape = {spec.neurons},
                            .grid = {spec.neurons, 1},
                            .radius = spec.neurons,  // reaches all
                            .wraps = false,
                            .start = GeneratedStart::Together,
                            .saturating = spec.saturating};
  return generate_network(plan, dt, arithmetic, seed, place);
}

}  // namespace spikeloom
