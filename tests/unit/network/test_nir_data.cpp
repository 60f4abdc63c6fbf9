// The networks of the reference data, as their exporters wrote them.

#include <doctest/doctest.h>

#include <algorithm>

#include "models/base/error.hpp"
#include "models/inputs/readers.hpp"
#include "models/network/nir.hpp"
#include "models/network/populations.hpp"
#include "tests/reference_data.hpp"
#include "tests/unit/network/temporary_file.hpp"

using namespace spikeloom;
using namespace spikeloom::testing;

namespace {

std::size_t neurons_of(const Graph& graph) {
  std::size_t count = 0;
  for (const Node& node : graph.nodes)
    if (std::holds_alternative<node::Neuron>(node.primitive)) count += volume_of(node.output_shape);
  return count;
}

std::size_t weights_of(const Graph& graph) {
  std::size_t count = 0;
  for (const Node& node : graph.nodes) {
    if (const auto* affine = std::get_if<node::Affine>(&node.primitive))
      count += affine->weight.data.size();
    if (const auto* conv = std::get_if<node::Conv2d>(&node.primitive))
      count += conv->weight.data.size();
  }
  return count;
}

}  // namespace

TEST_CASE("the N-MNIST network of Sinabs is read") {
  if (!has_reference_data("nir/cnn_sinabs.nir")) return;
  const std::string path = reference_data() + "/nir/cnn_sinabs.nir";
  const Graph graph = read_nir(path);
  CHECK(neurons_of(graph) == 8970);
  CHECK(weights_of(graph) == 39584);
  CHECK(graph.nodes[graph.find("8").value()].output_shape == Shape{128});
  const EvaluationOrder order = evaluation_order(graph);
  std::vector<std::string> names;
  for (const NodeId id : order.nodes) names.push_back(graph.nodes[id].name);
  CHECK(names ==
        std::vector<std::string>{
            "input", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "output"});
  CHECK(populations_of(graph, order).size() == 6);
}

TEST_CASE("the recurrent Braille network of snnTorch is read, its cycle found") {
  if (!has_reference_data("nir/braille_noDelay_bias_zero.nir")) return;
  const std::string path = reference_data() + "/nir/braille_noDelay_bias_zero.nir";
  const Graph graph = read_nir(path);
  CHECK(neurons_of(graph) == 45);
  const EvaluationOrder order = evaluation_order(graph);
  REQUIRE(std::count(order.feedback.begin(), order.feedback.end(), true) == 1);
  const auto at = std::find(order.feedback.begin(), order.feedback.end(), true);
  const Edge& closing = graph.edges[static_cast<std::size_t>(at - order.feedback.begin())];
  CHECK(graph.nodes[closing.from].name == "lif1.w_rec");
  CHECK(graph.nodes[closing.to].name == "lif1.lif");
}

TEST_CASE("the Braille file with dangling inner edges is refused with the edge") {
  if (!has_reference_data("nir/braille_noDelay_bias_zero_subgraph.nir")) return;
  const std::string path = reference_data() + "/nir/braille_noDelay_bias_zero_subgraph.nir";
  CHECK(spikeloom_test::refusal_after<InputError>(path, [&] { read_nir(path); }) ==
        "#/node/nodes/lif1/edges: edge 'input' -> 'lif': there is no node 'lif'; did you mean "
        "'lif1'?");
}

TEST_CASE("the single-neuron files of Norse are read") {
  if (!has_reference_data("nir/lif_norse.nir")) return;
  const std::string path = reference_data() + "/nir/lif_norse.nir";
  const Graph graph = read_nir(path);
  const auto& neuron = std::get<node::Neuron>(graph.nodes[graph.find("1").value()].primitive);
  CHECK(neuron.kind == node::NeuronKind::LIF);
  CHECK(neuron.tau.data.at(0) == doctest::Approx(2.5e-3));
  CHECK(neuron.v_threshold.data.at(0) == doctest::Approx(0.1));
  CHECK(neuron.v_reset.data == std::vector<double>{0});
}

TEST_CASE("the two self-spiking neurons are read") {
  if (!has_reference_data("nir/two_lif_neurons.nir")) return;
  const std::string path = reference_data() + "/nir/two_lif_neurons.nir";
  const Graph graph = read_nir(path);
  CHECK(neurons_of(graph) == 2);
  const auto& first = std::get<node::Neuron>(graph.nodes[graph.find("lif1").value()].primitive);
  CHECK(first.v_leak.data == std::vector<double>{1.2});
}

TEST_CASE("the recorded input of the single neuron is read") {
  if (!has_reference_data("nir/lif_norse.csv")) return;
  const std::string path = reference_data() + "/nir/lif_norse.csv";
  const InputData data = read_csv(path, "0", 1, 1000);
  REQUIRE(data.samples.size() == 1);
  CHECK_FALSE(data.samples[0].events.empty());
  CHECK(spikeloom_test::refusal_after<InputError>(path, [&] { read_csv(path, "0", 1, 1001); }) ==
        ": has 1000 rows, but 1001 steps were asked for");
}
