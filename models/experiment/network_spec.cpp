#include "models/experiment/network_spec.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

constexpr double kShortestStep = 1e-9, kLongestStep = 1e3;  // seconds
constexpr std::int64_t kMostExtent = 1 << 24;
constexpr const char* kNetxArithmetic = "loihi";  // the preset whose integers netx files hold

std::array<std::uint32_t, 3> read_input_shape(ObjectReader& reader) {
  std::vector<std::uint32_t> extents;
  std::uint64_t volume = 1;
  reader.array("input_shape", [&](const Json& element, const JsonPlace& place) {
    if (!element.is_number_integer() || element < 1 || element > kMostExtent)
      place.fail("is " + element.dump() + ", allowed is 1 to " + std::to_string(kMostExtent));
    extents.push_back(element.get<std::uint32_t>());
    volume = std::min<std::uint64_t>(volume * extents.back(), UINT32_MAX);
  });
  if (extents.size() != 3)
    reader.fail("input_shape", "expected three extents: channels, height and width");
  if (volume > kMostExtent)
    reader.fail("input_shape", "is of more than " + std::to_string(kMostExtent) + " elements");
  return {extents[0], extents[1], extents[2]};
}

void read_nir_network(ObjectReader& reader, NetworkSpec& network) {
  network.nir = reader.string("nir");
  const Json* semantics = reader.raw("semantics");
  if (semantics == nullptr)
    reader.fail("semantics",
                "required field is missing: a NIR file does not say how its neurons are stepped");
  network.semantics = read_semantics(*semantics, reader.place() / "semantics");
  network.arithmetic = network.semantics->arithmetic;
}

void read_netx_network(ObjectReader& reader, NetworkSpec& network) {
  network.netx = reader.string("netx");
  if (reader.has("input_shape")) network.input_shape = read_input_shape(reader);
  if (reader.has("semantics"))
    reader.fail("semantics", "does not apply: a netx file holds Loihi's neurons");
  network.arithmetic = load_semantics_preset(kNetxArithmetic, reader.place() / "netx").arithmetic;
}

}  // namespace

NetworkSpec read_network_spec(ObjectReader reader) {
  NetworkSpec network;
  network.dt = Seconds(reader.number("dt_s", kShortestStep, kLongestStep));
  const int kinds = int{reader.has("nir")} + int{reader.has("netx")} + int{reader.has("random")} +
                    int{reader.has("local")};
  if (kinds != 1) reader.fail("", "expected one of \"nir\", \"netx\", \"random\" and \"local\"");
  if (const Json* random = reader.raw("random"))
    network.random = read_random_network(*random, reader.place() / "random");
  else if (const Json* local = reader.raw("local"))
    network.local = read_local_network(*local, reader.place() / "local");
  else if (reader.has("netx"))
    read_netx_network(reader, network);
  else
    read_nir_network(reader, network);
  reader.finish();
  return network;
}

Json to_json(const NetworkSpec& network) {
  Json json = Json::object();
  if (network.nir) json["nir"] = *network.nir;
  if (network.netx) json["netx"] = *network.netx;
  if (network.input_shape) json["input_shape"] = *network.input_shape;
  if (network.random) json["random"] = to_json(*network.random);
  if (network.local) json["local"] = to_json(*network.local);
  if (network.semantics) json["semantics"] = to_json(*network.semantics);
  json["dt_s"] = network.dt.value();
  return json;
}

}  // namespace spikeloom
