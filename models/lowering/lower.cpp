#include "models/lowering/lower.hpp"

#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/lowering/quantize.hpp"
#include "models/lowering/retime.hpp"
#include "models/lowering/spinnaker.hpp"

namespace spikeloom {
namespace {

const WordList<ScaleGranularity> kScaleWords = {{"layer", ScaleGranularity::Layer},
                                                {"channel", ScaleGranularity::Channel}};

constexpr std::uint32_t kLongestRefractory = 63;

class Lowerer {
 public:
  Lowerer(const Graph& graph,
          const EvaluationOrder& order,
          const Semantics& semantics,
          Seconds dt,
          const Arithmetic& arithmetic,
          const QuantizationSpec& quantization,
          std::uint32_t max_spikes_per_step)
      : graph_(graph),
        semantics_(semantics),
        dt_(dt),
        spec_{arithmetic, quantization, semantics, graph.origin, max_spikes_per_step},
        populations_(populations_of(graph, order)),
        chains_(find_chains(graph, order, populations_)) {}

  Lowering run() {
    check_time();
    for (const PopulationInfo& population : populations_) check_population(population);
    check_nodes();
    check_outputs();
    fold_all();
    Lowering result;
    result.network.arithmetic = spec_.arithmetic;
    result.network.is_spinnaker = semantics_.spinnaker.has_value();
    for (const PopulationId id : ids_of(populations_)) add_population(id, result);
    retime(result.network, graph_.origin);
    return result;
  }

 private:
  [[noreturn]] void refuse(NodeId node, const std::string& sentence) const {
    throw InputError(graph_.origin, graph_.nodes[node].name, sentence);
  }

  void check_time() const {
    if (!(dt_.value() > 0.0))
      throw InputError(
          graph_.origin, "", "a step of " + number_text(dt_.value()) + " s must be positive");
  }

  // What no integer neuron computes.
  void check_population(const PopulationInfo& population) const {
    if (population.is_input) return;
    if (semantics_.spinnaker)
      return check_spinnaker_node(graph_.nodes[population.node], semantics_, graph_.origin);
    const auto& neuron = std::get<node::Neuron>(graph_.nodes[population.node].primitive);
    const auto needs = [&](const std::string& what) {
      refuse(population.node,
             "semantics \"" + semantics_.name + "\" asks for " + what +
                 ", which integer neurons cannot compute");
    };
    const NeuronRules& rules = rules_of(semantics_, neuron.kind);
    if (has_synapse(neuron.kind) && rules.synapse_leaks_to_v_leak && !is_zero(neuron.v_leak))
      needs("a synaptic current that relaxes to v_leak");
    if (leaks(neuron.kind) && rules.initial_v == VoltageSource::Leak && !is_zero(neuron.v_leak))
      needs("v to start at v_leak");
    if (!population.spikes) return;
    if (rules.max_spikes_per_step > 1 && spec_.max_spikes_per_step == 1)
      refuse(population.node,
             "semantics \"" + semantics_.name +
                 "\" asks for several spikes a step, but a neuron of the chip fires one "
                 "(core.max_spikes_per_step)");
    if (rules.refractory_steps > kLongestRefractory) needs("more than 63 refractory steps");
    if (rules.initial_v == VoltageSource::Reset && !is_zero(neuron.v_reset))
      needs("v to start at v_reset");
  }

  void check_nodes() const {
    for (const NodeId node : ids_of(graph_.nodes))
      if (std::holds_alternative<node::Threshold>(graph_.nodes[node].primitive))
        refuse(node, "is a Threshold node, which integer engines do not support");
  }

  // An engine gives populations; a value computed behind the last of them would be lost.
  void check_outputs() const {
    for (const Edge& edge : graph_.edges)
      if (std::holds_alternative<node::Output>(graph_.nodes[edge.to].primitive))
        check_given(edge.from, edge.to);
  }

  // A neuron's spikes or an input, at most reshaped.
  void check_given(NodeId from, NodeId output) const {
    const Primitive& primitive = graph_.nodes[from].primitive;
    if (std::holds_alternative<node::Neuron>(primitive) ||
        std::holds_alternative<node::Input>(primitive))
      return;
    if (!std::holds_alternative<node::Flatten>(primitive))
      refuse(from,
             "feeds the output '" + graph_.nodes[output].name +
                 "' without a neuron between, which integer engines cannot give");
    for (const Edge& edge : graph_.edges)
      if (edge.to == from) check_given(edge.from, output);
  }

  void fold_all() {
    for (const Chain& chain : chains_.chains) {
      const PopulationInfo& source = populations_[chain.source];
      if (!source.spikes)
        refuse(source.node,
               "is a read-out without spikes, but feeds '" + populations_[chain.target].name + "'");
      folded_.push_back(fold_chain(chain, graph_, populations_, semantics_, dt_));
    }
  }

  void add_population(PopulationId id, Lowering& result) {
    const PopulationInfo& info = populations_[id];
    LoweredPopulation population;
    population.name = info.name;
    population.shape = info.shape;
    population.size = static_cast<std::uint32_t>(info.size());
    population.is_input = info.is_input;
    population.is_output = info.is_output;
    if (!info.is_input) add_neurons(id, population, result);
    result.network.populations.push_back(std::move(population));
  }

  void add_neurons(PopulationId id, LoweredPopulation& population, Lowering& result) {
    RealPopulation real = real_population(id);
    QuantizationLoss loss{.population = population.name};
    std::vector<Connectivity> connectivities =
        semantics_.spinnaker ? quantize_for_spinnaker(real, spec_, population, loss)
                             : quantize(real, spec_, population, loss);
    for (std::size_t i = 0; i < connectivities.size(); ++i)
      result.network.projections.push_back(
          {real.chains[i]->source, id, real.chains[i]->name, std::move(connectivities[i]), 0});
    result.losses.push_back(loss);
  }

  RealPopulation real_population(PopulationId id) {
    const Node& node = graph_.nodes[populations_[id].node];
    RealPopulation real{node, {}, {}, std::vector<double>(populations_[id].size())};
    for (std::size_t i = 0; i < populations_[id].size(); ++i)
      real.steps.push_back(neuron_step(node, i, semantics_, dt_, graph_.origin));
    for (FoldedChain& chain : folded_)
      if (chain.target == id) real.chains.push_back(&chain);
    for (const BiasChain& chain : chains_.biases)
      if (chain.target == id) add_bias(chain, real.bias);
    if (semantics_.spike_is_dirac) real.spike_value = 1.0 / dt_.value();
    return real;
  }

  void add_bias(const BiasChain& chain, std::vector<double>& bias) const {
    const std::vector<double> added = fold_bias(chain, graph_, bias.size());
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += added[i];
  }

  const Graph& graph_;
  const Semantics& semantics_;
  Seconds dt_;
  FormatSpec spec_;
  PopulationTable populations_;
  ChainTable chains_;
  std::vector<FoldedChain> folded_;
};

}  // namespace

QuantizationSpec read_quantization(const Json& object,
                                   const JsonPlace& place,
                                   const Arithmetic& arithmetic) {
  ObjectReader reader(object, place);
  QuantizationSpec spec;
  spec.weight_bits = static_cast<std::uint32_t>(
      reader.unsigned_integer("weight_bits", 2, arithmetic.weight_bits, arithmetic.weight_bits));
  spec.scale = read_enum(reader, "scale", kScaleWords, {spec.scale});
  reader.finish();
  return spec;
}

Json to_json(const QuantizationSpec& spec) {
  return Json{{"weight_bits", spec.weight_bits}, {"scale", word_of(kScaleWords, spec.scale)}};
}

Lowering lower(const Graph& graph,
               const EvaluationOrder& order,
               const Semantics& semantics,
               Seconds dt,
               const Arithmetic& arithmetic,
               const QuantizationSpec& quantization,
               std::uint32_t max_spikes_per_step) {
  const auto lowering_of = [&](const Graph& lowered) {
    return Lowerer(lowered, order, semantics, dt, arithmetic, quantization, max_spikes_per_step)
        .run();
  };
  if (!semantics.weight_step) return lowering_of(graph);
  return lowering_of(with_weight_step(graph, *semantics.weight_step));
}

}  // namespace spikeloom
