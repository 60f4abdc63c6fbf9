#include "models/experiment/network_spec.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

constexpr double kShortestStep = 1e-9, kLongestStep = 1e3;  // seconds

}  // namespace

NetworkSpec read_network_spec(ObjectReader reader) {
  NetworkSpec network;
  network.dt = Seconds(reader.number("dt_s", kShortestStep, kLongestStep));
  if (reader.has("nir") == reader.has("random"))
    reader.fail("", "expected either \"nir\" or \"random\"");
  if (const Json* random = reader.raw("random")) {
    network.random = read_random_network(*random, reader.place() / "random");
  } else {
    network.nir = reader.string("nir");
    const Json* semantics = reader.raw("semantics");
    if (semantics == nullptr)
      reader.fail("semantics",
                  "required field is missing: a NIR file does not say how its neurons are stepped");
    network.semantics = read_semantics(*semantics, reader.place() / "semantics");
  }
  reader.finish();
  return network;
}

Json to_json(const NetworkSpec& network) {
  Json json = Json::object();
  if (network.nir) json["nir"] = *network.nir;
  if (network.random) json["random"] = to_json(*network.random);
  if (network.semantics) json["semantics"] = to_json(*network.semantics);
  json["dt_s"] = network.dt.value();
  return json;
}

}  // namespace spikeloom
