#include "sim/golden/float/network_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "models/base/error.hpp"
#include "models/network/shapes.hpp"
#include "sim/golden/float/delay.hpp"
#include "sim/golden/float/linear_processes.hpp"
#include "sim/golden/float/neurons.hpp"

namespace spikeloom::golden {
namespace {

template <typename Real>
class Runner final : public NetworkRunner {
 public:
  Runner(const Graph& graph, const EvaluationOrder& order, const Semantics& semantics, Seconds dt);

  SampleTrace run(const Sample& sample,
                  std::uint32_t steps,
                  const StateResets& resets,
                  bool record_states) override;
  FloatCounts counts() const override;

 private:
  struct Stage {
    NodeId node{};
    std::vector<NodeId> direct, feedback;           // sources of the same and of earlier steps
    std::unique_ptr<Process<Real>> process;         // none: passes on (Output) or is driven (Input)
    std::optional<DelayRing<Real>> synaptic_delay;  // of the summed input
    std::vector<Real> input;                        // summed, where there is something to sum
    std::vector<Real> output;
    std::optional<ConnectionMeter> meter;  // of nodes whose weights are synapses
  };

  Stage& stage_of(NodeId node) { return stages_[stage_index_[node]]; }
  void add_stage(NodeId id, const ProcessSite& site);
  void connect(const EvaluationOrder& order);
  void find_input();
  void watch(const PopulationTable& populations);

  void restart();
  void settle(Stage& stage);
  void drive(const Sample& sample, std::size_t& next_event, std::uint32_t step);
  std::vector<Real>& summed_input(Stage& stage);
  void evaluate(Stage& stage);
  void measure(const std::vector<Real>& input, ConnectionMeter& meter) const;

  struct Watched {
    PopulationId population;
    NeuronGroup<Real>* neurons;
    std::vector<Real> v_before;  // after the step before
  };
  void watch_states(std::uint32_t step);
  void note_non_finite(std::uint32_t step, const Watched& watched);
  void record(std::uint32_t step, bool record_states, SampleTrace& trace) const;

  const Graph& graph_;
  Semantics semantics_;
  Seconds dt_;
  std::vector<Stage> stages_;  // in evaluation order
  IdVector<NodeId, std::size_t> stage_index_;
  IdVector<NodeId, std::optional<DelayRing<Real>>> history_;  // of the feedback sources
  std::vector<NodeId> feedback_sources_;
  std::optional<NodeId> input_;
  std::vector<Watched> watched_;
  std::size_t runs_ = 0;
  FloatCounts counts_;  // operations are in the stages
};

template <typename Real>
struct ProcessMaker {
  const ProcessSite& site;
  using Made = std::unique_ptr<Process<Real>>;

  Made operator()(const node::Input&) const { return nullptr; }
  Made operator()(const node::Output&) const { return nullptr; }
  Made operator()(const node::Affine& affine) const {
    return make_matrix<Real>(affine.weight, affine.bias, site);
  }
  Made operator()(const node::Linear& linear) const {
    return make_matrix<Real>(linear.weight, {}, site);
  }
  Made operator()(const node::Neuron& neuron) const {
    return std::make_unique<NeuronGroup<Real>>(neuron, site);
  }
  template <typename Primitive>
  Made operator()(const Primitive& primitive) const {
    return make_process<Real>(primitive, site);
  }
};

bool is_connection(const Primitive& primitive) {
  return std::holds_alternative<node::Affine>(primitive) ||
         std::holds_alternative<node::Linear>(primitive) ||
         std::holds_alternative<node::Conv1d>(primitive) ||
         std::holds_alternative<node::Conv2d>(primitive);
}

template <typename Real>
Runner<Real>::Runner(const Graph& graph,
                     const EvaluationOrder& order,
                     const Semantics& semantics,
                     Seconds dt)
    : graph_(graph),
      semantics_(semantics),
      dt_(dt),
      stage_index_(graph.nodes.size()),
      history_(graph.nodes.size()) {
  stages_.reserve(order.nodes.size());
  for (const NodeId id : order.nodes)
    add_stage(id, {graph.nodes[id], graph.origin, semantics_, dt_});
  connect(order);
  find_input();
  watch(populations_of(graph, order));
}

template <typename Real>
void Runner<Real>::add_stage(NodeId id, const ProcessSite& site) {
  Stage stage;
  stage.node = id;
  stage.process = std::visit(ProcessMaker<Real>{site}, site.node.primitive);
  stage.input.resize(volume_of(site.node.input_shape));
  stage.output.resize(volume_of(site.node.output_shape));
  if (is_connection(site.node.primitive)) {
    const std::vector<std::uint32_t> all = stage.process->fan_out(true);
    stage.meter.emplace(stage.process->fan_out(false),
                        std::accumulate(all.begin(), all.end(), std::uint64_t{0}));
  }
  const bool is_neuron = std::holds_alternative<node::Neuron>(site.node.primitive);
  if (is_neuron && semantics_.synaptic_delay_steps > 0)
    stage.synaptic_delay.emplace(semantics_.synaptic_delay_steps, stage.input.size());
  stage_index_[id] = stages_.size();
  stages_.push_back(std::move(stage));
}

template <typename Real>
void Runner<Real>::connect(const EvaluationOrder& order) {
  for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
    const auto [from, to] = graph_.edges[i];
    const std::size_t width = stage_of(from).output.size();
    SPIKELOOM_CHECK(width == stage_of(to).input.size(), "an edge joins equal shapes");
    (order.feedback[i] ? stage_of(to).feedback : stage_of(to).direct).push_back(from);
    if (!order.feedback[i] || history_[from]) continue;
    history_[from].emplace(semantics_.recurrent_delay_steps, width);
    feedback_sources_.push_back(from);
  }
}

template <typename Real>
void Runner<Real>::find_input() {
  for (const Stage& stage : stages_) {
    if (!std::holds_alternative<node::Input>(graph_.nodes[stage.node].primitive)) continue;
    if (input_)
      throw InputError(
          graph_.origin,
          nir_path_of(graph_.nodes[stage.node].name),
          "is a second Input node beside " + graph_.nodes[*input_].name + "; a run drives one");
    input_ = stage.node;
  }
}

template <typename Real>
void Runner<Real>::watch(const PopulationTable& populations) {
  for (const PopulationId id : ids_of(populations)) {
    Process<Real>* process = stage_of(populations[id].node).process.get();
    if (auto* neurons = dynamic_cast<NeuronGroup<Real>*>(process))
      watched_.push_back({id, neurons, {}});
  }
}

template <typename Real>
SampleTrace Runner<Real>::run(const Sample& sample,
                              std::uint32_t steps,
                              const StateResets& resets,
                              bool record_states) {
  restart();
  SampleTrace trace;
  std::size_t next_event = 0;
  for (std::uint32_t step = 0; step < steps; ++step) {
    for (const Watched& watched : watched_)
      if (resets.due(watched.population, step)) watched.neurons->reset();
    drive(sample, next_event, step);
    for (Stage& stage : stages_) evaluate(stage);
    for (const NodeId id : feedback_sources_) history_[id]->push(stage_of(id).output);
    watch_states(step);
    record(step, record_states, trace);
  }
  ++runs_;
  return trace;
}

template <typename Real>
FloatCounts Runner<Real>::counts() const {
  FloatCounts counts = counts_;
  for (const Stage& stage : stages_)
    if (stage.meter) counts.operations += stage.meter->counts();
  return counts;
}

// Before the first step no neuron has spiked: delayed edges carry what their sources give at rest,
// the biases of linear nodes. A feedback source may come after its target in the order, and every
// cycle passes a neuron, so that one round per feedback source reaches all.
template <typename Real>
void Runner<Real>::restart() {
  for (Stage& stage : stages_) stage.output.assign(stage.output.size(), Real{0});
  for (const NodeId id : feedback_sources_) history_[id]->fill(stage_of(id).output);
  for (std::size_t round = 0; round <= feedback_sources_.size(); ++round) {
    for (Stage& stage : stages_) settle(stage);
    for (const NodeId id : feedback_sources_) history_[id]->fill(stage_of(id).output);
  }
}

template <typename Real>
void Runner<Real>::settle(Stage& stage) {
  if (input_ == stage.node) return;
  const std::vector<Real>& input = summed_input(stage);
  if (stage.synaptic_delay) stage.synaptic_delay->fill(input);
  if (stage.process)
    stage.process->rest(input, stage.output);
  else
    stage.output = input;
}

template <typename Real>
void Runner<Real>::drive(const Sample& sample, std::size_t& next_event, std::uint32_t step) {
  const double unit = semantics_.spike_is_dirac ? 1.0 / dt_.value() : 1.0;
  if (input_) std::fill(stage_of(*input_).output.begin(), stage_of(*input_).output.end(), Real{0});
  for (; next_event < sample.events.size() && sample.events[next_event].step <= step;
       ++next_event) {
    const InputEvent& event = sample.events[next_event];
    SPIKELOOM_CHECK(event.step == step, "the events of a sample are in the order of their steps");
    if (!input_) throw InputError(graph_.origin, "", "has no Input node for the events to drive");
    std::vector<Real>& values = stage_of(*input_).output;
    if (event.index >= values.size() || !std::isfinite(event.value))
      throw InputError(
          graph_.origin,
          nir_path_of(graph_.nodes[*input_].name),
          fmt::format("input event of value {} at element {} in step {}; the node has {} elements",
                      event.value,
                      event.index,
                      step,
                      values.size()));
    values[event.index] = static_cast<Real>(event.value * unit);
  }
}

template <typename Real>
std::vector<Real>& Runner<Real>::summed_input(Stage& stage) {
  if (stage.direct.size() == 1 && stage.feedback.empty() && !stage.synaptic_delay)
    return stage_of(stage.direct.front()).output;
  std::fill(stage.input.begin(), stage.input.end(), Real{0});
  const auto add = [&](const std::vector<Real>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) stage.input[i] += values[i];
  };
  for (const NodeId from : stage.direct) add(stage_of(from).output);
  for (const NodeId from : stage.feedback) add(history_[from]->oldest());
  return stage.input;
}

template <typename Real>
void Runner<Real>::evaluate(Stage& stage) {
  if (input_ == stage.node) return;
  std::vector<Real>& input = summed_input(stage);
  if (stage.synaptic_delay) stage.synaptic_delay->exchange(input);
  if (stage.meter) measure(input, *stage.meter);
  if (stage.process)
    stage.process->step(input, stage.output);
  else
    stage.output = input;
}

template <typename Real>
void Runner<Real>::measure(const std::vector<Real>& input, ConnectionMeter& meter) const {
  const Real unit = semantics_.spike_is_dirac ? static_cast<Real>(1.0 / dt_.value()) : Real{1};
  for (std::size_t i = 0; i < input.size(); ++i)
    if (input[i] != Real{0}) meter.add(i, static_cast<double>(input[i] / unit));
  meter.end_step();
}

template <typename Real>
void Runner<Real>::watch_states(std::uint32_t step) {
  for (Watched& watched : watched_) {
    const std::vector<Real>& v = watched.neurons->v();
    if (step == 0) watched.v_before.assign(v.size(), std::numeric_limits<Real>::quiet_NaN());
    std::uint64_t changed = 0;
    Real not_finite = 0;  // x - x is 0 for finite x only
    for (std::size_t i = 0; i < v.size(); ++i) {
      changed += v[i] != watched.v_before[i] ? 1U : 0U;
      not_finite += v[i] - v[i];
    }
    counts_.membrane_updates += changed;
    if (not_finite != Real{0} && !counts_.first_non_finite) note_non_finite(step, watched);
    watched.v_before = v;
  }
}

template <typename Real>
void Runner<Real>::note_non_finite(std::uint32_t step, const Watched& watched) {
  const std::vector<Real>& v = watched.neurons->v();
  const auto found = std::find_if_not(v.begin(), v.end(), [](Real x) { return std::isfinite(x); });
  counts_.first_non_finite = {
      runs_, step, watched.population, static_cast<std::uint32_t>(found - v.begin())};
}

template <typename Real>
void Runner<Real>::record(std::uint32_t step, bool record_states, SampleTrace& trace) const {
  for (const Watched& watched : watched_) {
    const std::vector<std::uint32_t>& spikes = watched.neurons->spikes();
    for (std::size_t i = 0; i < spikes.size(); ++i)
      if (spikes[i] > 0)
        trace.spikes.push_back(
            {step, watched.population, static_cast<std::uint32_t>(i), spikes[i]});
    if (!record_states) continue;
    const auto& u = watched.neurons->u();
    const auto& v = watched.neurons->v();
    trace.states.push_back({step, watched.population, {u.begin(), u.end()}, {v.begin(), v.end()}});
  }
}

}  // namespace

std::unique_ptr<NetworkRunner> make_runner(const Graph& graph,
                                           const EvaluationOrder& order,
                                           const Semantics& semantics,
                                           Seconds dt) {
  if (semantics.float_width == FloatWidth::Single)
    return std::make_unique<Runner<float>>(graph, order, semantics, dt);
  return std::make_unique<Runner<double>>(graph, order, semantics, dt);
}

}  // namespace spikeloom::golden
