#include "models/lowering/local_network.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

constexpr std::uint32_t kMostExtent = 1U << 16;

NeuronGrid read_grid(ObjectReader& reader) {
  const auto extent = [&](const char* key, std::uint64_t least) {
    return static_cast<std::uint32_t>(reader.unsigned_integer(key, least, kMostExtent));
  };
  const NeuronGrid grid{extent("width", 2), extent("height", 1)};
  if (std::uint64_t{grid.width} * grid.height > kMostGeneratedNeurons)
    reader.fail("height",
                "makes " + std::to_string(std::uint64_t{grid.width} * grid.height) +
                    " neurons, allowed are " + std::to_string(kMostGeneratedNeurons));
  return grid;
}

// A window that wraps must not meet itself.
void check_window(const ObjectReader& reader, const LocalNetworkSpec& spec) {
  const std::uint32_t side = std::min(spec.grid.width, spec.grid.height);
  if (spec.wrap && spec.radius > (side - 1) / 2)
    reader.fail("radius",
                "is " + std::to_string(spec.radius) + ", a grid of " +
                    std::to_string(spec.grid.width) + " x " + std::to_string(spec.grid.height) +
                    " neurons that wraps allows " + std::to_string((side - 1) / 2));
}

}  // namespace

LocalNetworkSpec read_local_network(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  LocalNetworkSpec spec;
  spec.grid = read_grid(reader);
  spec.radius = static_cast<std::uint32_t>(reader.unsigned_integer("radius", 1, kMostExtent));
  spec.wrap = reader.boolean("wrap", spec.wrap);
  check_window(reader, spec);
  read_generated_network(reader, spec.grid.neurons(), spec);
  reader.finish();
  return spec;
}

Json to_json(const LocalNetworkSpec& spec) {
  Json json = to_json(static_cast<const GeneratedNetworkSpec&>(spec));
  json["width"] = spec.grid.width;
  json["height"] = spec.grid.height;
  json["radius"] = spec.radius;
  json["wrap"] = spec.wrap;
  return json;
}

LoweredNetwork local_network(const LocalNetworkSpec& spec,
                             Seconds dt,
                             const Arithmetic& arithmetic,
                             Seed seed,
                             const JsonPlace& place) {
  const GenerationPlan plan{.spec = spec,
                            .purpose = "local_network",
                            .shape = {spec.grid.height, spec.grid.width},
                            .grid = spec.grid,
                            .radius = spec.radius,
                            .wraps = spec.wrap,
                            .start = GeneratedStart::Spread,
                            .saturating = false};
  return generate_network(plan, dt, arithmetic, seed, place);
}

}  // namespace spikeloom
