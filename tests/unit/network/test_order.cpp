#include <doctest/doctest.h>

#include <algorithm>

#include "models/base/error.hpp"
#include "models/base/random.hpp"
#include "models/network/graph.hpp"
#include "models/network/populations.hpp"
#include "tests/unit/network/graph_builder.hpp"

using namespace spikeloom;
using spikeloom_test::Builder;
using spikeloom_test::filled;
using spikeloom_test::lif;

namespace {

std::vector<std::string> names_in(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> names;
  for (const NodeId id : nodes) names.push_back(graph.nodes[id].name);
  return names;
}

std::vector<std::string> ordered(const Graph& graph) {
  return names_in(graph, evaluation_order(graph).nodes);
}

std::string refusal(const Graph& graph) {
  try {
    evaluation_order(graph);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("nodes follow their sources, in the order of names") {
  Builder diamond;
  for (const char* name : {"out", "b", "a", "in", "join"}) diamond.add(name, lif({1}));
  diamond.graph.nodes[*diamond.graph.find("in")].primitive = node::Input{{1}};
  diamond.edge("in", "b").edge("join", "out").edge("b", "join").edge("in", "a").edge("a", "join");
  const EvaluationOrder order = evaluation_order(diamond.graph);
  CHECK(names_in(diamond.graph, order.nodes) == Names{"in", "a", "b", "join", "out"});
  CHECK(std::count(order.feedback.begin(), order.feedback.end(), true) == 0);

  std::reverse(diamond.graph.edges.begin(), diamond.graph.edges.end());
  CHECK(ordered(diamond.graph) == Names{"in", "a", "b", "join", "out"});
}

TEST_CASE("Input nodes come first, and nodes no Input reaches last") {
  Builder builder;
  builder.add("a", lif({1})).add("z", node::Input{{1}}).add("y", node::Input{{1}});
  builder.add("b", lif({1})).edge("z", "b").edge("y", "b");
  CHECK(ordered(builder.graph) == Names{"y", "z", "b", "a"});
}

TEST_CASE("the edge that closes a cycle is feedback") {
  Builder builder;
  builder.add("in", node::Input{{1}}).add("fc", lif({1})).add("lif", lif({1}));
  builder.add("rec", node::Linear{filled({1, 1}, 1)}).add("self", lif({1}));
  builder.edge("rec", "lif").edge("in", "fc").edge("fc", "lif").edge("lif", "rec");
  builder.edge("lif", "self").edge("self", "self");
  const EvaluationOrder order = evaluation_order(builder.graph);
  CHECK(order.feedback == std::vector<bool>{true, false, false, false, false, true});
  CHECK(names_in(builder.graph, order.nodes) == Names{"in", "fc", "lif", "rec", "self"});
}

TEST_CASE("a cycle without a neuron is refused with its way") {
  Builder builder;
  const node::Linear linear{filled({1, 1}, 1)};
  builder.add("in", node::Input{{1}}).add("a", linear).add("b", linear).add("sub/c", linear);
  builder.edge("in", "a").edge("a", "b").edge("b", "sub/c").edge("sub/c", "a");
  CHECK(refusal(builder.graph) ==
        "net.nir#/node/nodes/a: is on a cycle without a neuron: 'a' -> 'b' -> 'sub/c' -> 'a'");

  Builder self;
  self.add("in", node::Input{{1}}).add("a", linear).edge("in", "a").edge("a", "a");
  CHECK(refusal(self.graph) == "net.nir#/node/nodes/a: is on a cycle without a neuron: 'a' -> 'a'");
}

TEST_CASE("a chain of 100,000 nodes is ordered") {
  Builder builder;
  builder.add("in", node::Input{{1}});
  for (int i = 0; i < 100'000; ++i) builder.add(std::to_string(i), lif({1}));
  CHECK(evaluation_order(builder.chain().graph).nodes.back() == NodeId{100'000});
}

TEST_CASE("random graphs: every node once, and every edge that is no feedback leads onward") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    std::uint32_t drawn = 0;
    const auto draw = [&](std::size_t bound) {
      return threefry2x32({static_cast<std::uint32_t>(seed), 0}, {drawn++, 0})[0] % bound;
    };
    const std::size_t count = 2 + seed % 20;
    Builder builder;
    for (std::size_t i = 0; i < count; ++i) builder.add(std::to_string(i), lif({1}));
    builder.graph.nodes[NodeId{0}].primitive = node::Input{{1}};
    for (std::size_t e = 0; e < 2 * count; ++e) {
      const auto from = static_cast<std::uint32_t>(draw(count));
      const auto to = static_cast<std::uint32_t>(1 + draw(count - 1));
      builder.graph.edges.push_back({NodeId{from}, NodeId{to}});
    }
    const EvaluationOrder order = evaluation_order(builder.graph);
    IdVector<NodeId, std::size_t> place(count, count);
    for (std::size_t i = 0; i < order.nodes.size(); ++i) place[order.nodes[i]] = i;
    REQUIRE(order.nodes.size() == count);
    CHECK(std::count(place.begin(), place.end(), count) == 0);
    for (std::size_t e = 0; e < builder.graph.edges.size(); ++e) {
      const Edge& edge = builder.graph.edges[e];
      if (!order.feedback[e]) CHECK(place[edge.from] < place[edge.to]);
    }
  }
}

TEST_CASE("populations are the Input nodes and neurons in evaluation order") {
  Builder builder;
  builder.add("in", node::Input{{2}}).add("fc", node::Linear{filled({3, 2}, 1)});
  builder.add("lif", lif({})).add("a_readout", lif({})).add("out", node::Output{{3}});
  node::Neuron readout = lif({});
  readout.kind = node::NeuronKind::LI;
  builder.graph.nodes[*builder.graph.find("a_readout")].primitive = readout;
  infer_shapes(builder.chain().graph);
  const PopulationTable table = populations_of(builder.graph, evaluation_order(builder.graph));
  REQUIRE(table.size() == 3);
  const auto& input = table[PopulationId{0}];
  const auto& hidden = table[PopulationId{1}];
  const auto& last = table[PopulationId{2}];
  CHECK(input.name == "in");
  CHECK((input.is_input && input.spikes && !input.is_output));
  CHECK(hidden.name == "lif");
  CHECK((!hidden.is_input && hidden.spikes && !hidden.is_output));
  CHECK(last.name == "a_readout");
  CHECK((!last.is_input && !last.spikes && last.is_output));
  CHECK(last.node == *builder.graph.find("a_readout"));
  CHECK(last.size() == 3);
}

TEST_CASE("a population is an output through nodes that only reshape, and through no other") {
  const auto last_is_output = [](const Shape& extents, Primitive between) {
    Builder builder;
    builder.add("in", node::Input{extents}).add("lif", lif({})).add("x", std::move(between));
    builder.add("out", node::Output{{4}});
    infer_shapes(builder.chain().graph);
    return populations_of(builder.graph, evaluation_order(builder.graph))[PopulationId{1}]
        .is_output;
  };
  CHECK(last_is_output({2, 2}, node::Flatten{{2, 2}, 0, -1}));
  CHECK_FALSE(last_is_output({2}, node::Linear{filled({4, 2}, 2)}));
}
