#include "cli/flow/readout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spikeloom {
namespace {

std::vector<std::uint64_t> counts_of(const SampleTrace& trace,
                                     PopulationId population,
                                     std::size_t neurons) {
  std::vector<std::uint64_t> counts(neurons);
  for (const Spike& spike : trace.spikes)
    if (spike.population == population) counts[spike.neuron] += spike.value;
  return counts;
}

// Events of one step and element; a current counts as one event.
std::uint64_t input_count(const Sample& sample) {
  std::uint64_t count = 0;
  for (const InputEvent& event : sample.events)
    count += std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::abs(event.value)));
  return count;
}

// Higher is better in each of these, so that the first largest one is the class.
std::vector<double> earliness(const SampleTrace& trace,
                              PopulationId population,
                              std::size_t neurons) {
  std::vector<double> score(neurons, -std::numeric_limits<double>::infinity());
  for (const Spike& spike : trace.spikes)
    if (spike.population == population)
      score[spike.neuron] = std::max(score[spike.neuron], -static_cast<double>(spike.step));
  return score;
}

std::vector<double> last_potential(const SampleTrace& trace,
                                   PopulationId population,
                                   const std::vector<double>& v_scale,
                                   std::size_t neurons) {
  std::vector<double> score(neurons);
  for (const StateFrame& frame : trace.states)
    if (frame.population == population) score = frame.v;
  for (std::size_t n = 0; n < v_scale.size(); ++n) score[n] /= v_scale[n];
  return score;
}

// Units of v per unit of the float v, per neuron; channels may be quantized with different scales.
std::vector<double> scale_of(const LoweredPopulation& population) {
  std::vector<double> scale;
  if (population.v_scale.empty()) return scale;
  for (std::uint32_t n = 0; n < population.size; ++n)
    scale.push_back(
        population.v_scale[population.profile_of.empty() ? 0 : population.profile_of[n]]);
  return scale;
}

std::vector<double> scores(ReadoutRule rule,
                           const SampleTrace& trace,
                           PopulationId population,
                           const std::vector<double>& v_scale,
                           const std::vector<std::uint64_t>& counts) {
  switch (rule) {
    case ReadoutRule::First:
      return earliness(trace, population, counts.size());
    case ReadoutRule::Potential:
      return last_potential(trace, population, v_scale, counts.size());
    case ReadoutRule::Count:
      break;
  }
  return {counts.begin(), counts.end()};
}

}  // namespace

EngineTally::EngineTally(const Workload& workload,
                         std::string engine,
                         const LoweredNetwork* network)
    : workload_(workload), engine_(std::move(engine)), spikes_(workload.population_names.size()) {
  if (network != nullptr && workload.readout)
    v_scale_ = scale_of(network->populations[*workload.readout]);
}

void EngineTally::add(std::size_t sample,
                      const SampleTrace& trace,
                      std::vector<SampleReadout>& rows) {
  count_spikes(sample, trace);
  ++samples_;
  if (!workload_.readout) return;
  const PopulationId population = *workload_.readout;
  const auto counts =
      counts_of(trace, population, volume_of(workload_.population_shapes[index_of(population)]));
  const auto score = scores(workload_.experiment.readout->by, trace, population, v_scale_, counts);
  const auto predicted =
      static_cast<std::uint32_t>(std::max_element(score.begin(), score.end()) - score.begin());
  const SampleLabel label = workload_.input.samples.label(sample);
  correct_ += label == predicted ? 1 : 0;
  rows.push_back({sample, label, engine_, predicted, counts});
}

// Inputs are counted from the recording, which all engines share: not every trace repeats them.
void EngineTally::count_spikes(std::size_t sample, const SampleTrace& trace) {
  const auto& is_input = workload_.population_is_input;
  for (const Spike& spike : trace.spikes) {
    if (is_input[index_of(spike.population)]) continue;
    spikes_[index_of(spike.population)] += spike.value;
    ++active_neuron_steps_;
  }
  for (std::size_t p = 0; p < spikes_.size(); ++p)
    if (is_input[p]) spikes_[p] += input_count(workload_.input.samples[sample]);
}

EngineSummary EngineTally::summary() const {
  EngineSummary summary;
  if (workload_.labelled())
    summary.accuracy = static_cast<double>(correct_) / static_cast<double>(samples_);
  summary.spikes = spikes_;
  summary.is_input = workload_.population_is_input;
  return summary;
}

NeurobenchFigures EngineTally::activity() const {
  std::uint64_t neurons = 0;
  for (std::size_t p = 0; p < workload_.population_shapes.size(); ++p)
    if (workload_.population_spikes[p] && !workload_.population_is_input[p])
      neurons += volume_of(workload_.population_shapes[p]);
  NeurobenchFigures figures;
  figures.samples = samples_;
  figures.activations = neurons * workload_.experiment.steps * samples_;
  figures.zero_activations = figures.activations - active_neuron_steps_;
  return figures;
}

bool needs_states(const Workload& workload) {
  const auto& spikes = workload.population_spikes;
  if (std::find(spikes.begin(), spikes.end(), false) != spikes.end()) return true;
  return workload.experiment.readout && workload.experiment.readout->by == ReadoutRule::Potential;
}

}  // namespace spikeloom
