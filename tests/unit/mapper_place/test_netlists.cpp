// Placement of SpiNNaker applications, of which a netlist per application says what their cores
// send: of every net the source, its sinks and its weight, 1 if absent.

#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "mapper/place/placer.hpp"
#include "models/base/json_reader.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

struct Netlist {
  std::map<std::string, std::uint32_t> cores;  // by the name of their vertex
  Json nets;
};

Netlist netlist_of(const std::string& application) {
  const Json file =
      read_json_file(testing::reference_data() + "/netlists/" + application + ".json");
  Netlist netlist{{}, file.at("nets")};
  for (const auto& vertex : file.at("vertices_resources").items())
    netlist.cores.emplace(vertex.key(), static_cast<std::uint32_t>(netlist.cores.size()));
  return netlist;
}

/// Mean links of a packet's way to a sink, on a mesh of `side` x `side` tiles of a core each.
double mean_links(const Netlist& netlist, std::uint32_t side, const Placer& placer) {
  const Chip chip = test::make_chip(side, side, 1);
  const UsableCores usable(chip);
  PlacementProblem problem(chip, usable, static_cast<std::uint32_t>(netlist.cores.size()));
  double packets = 0;
  for (const Json& net : netlist.nets)
    for (const Json& sink : net.at(1)) {
      const double weight = net.size() > 2 ? net.at(2).get<double>() : 1;
      problem.add_traffic(netlist.cores.at(net.at(0)), netlist.cores.at(sink), weight);
      packets += weight;
    }
  problem.sum_traffic();
  return placement_cost(problem, placer.place(problem, Seed{1})) / packets;
}

struct Application {
  std::string name;
  std::uint32_t cores;
  std::uint32_t side;  // of the smallest mesh that holds them
  double share;        // of the baseline's cost, at most: what was measured and 5%
};

}  // namespace

TEST_CASE("annealing places applications at a fraction of the baseline's cost") {
  if (!testing::has_reference_data("netlists")) return;
  const auto annealing = make_annealing_placer(), baseline = make_row_major_placer();
  for (const Application& application : {Application{"card_sorting", 469, 22, 0.172},
                                         {"mu0", 1084, 33, 0.077},
                                         {"parse_512", 855, 30, 0.213},
                                         {"sudoku", 299, 18, 0.418}}) {
    CAPTURE(application.name);
    const Netlist netlist = netlist_of(application.name);
    REQUIRE(netlist.cores.size() == application.cores);
    const double tight = mean_links(netlist, application.side, *annealing);
    CHECK(tight <= application.share * mean_links(netlist, application.side, *baseline));
    // Room around them costs nothing: a large mesh holds every placement of a small one.
    CHECK(mean_links(netlist, 64, *annealing) <= 1.05 * tight);
  }
}

}  // namespace spikeloom
