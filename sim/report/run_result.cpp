#include "sim/report/run_result.hpp"

#include <fmt/format.h>

#include "sim/report/si_format.hpp"

namespace spikeloom {

std::uint64_t EngineSummary::total_spikes() const {
  std::uint64_t total = 0;
  for (std::size_t p = 0; p < spikes.size(); ++p) total += is_input[p] ? 0 : spikes[p];
  return total;
}

std::string non_finite_words(const NonFiniteState& state,
                             const std::vector<std::string>& population_names,
                             std::uint32_t steps) {
  return fmt::format("v of {} neuron {} is not finite from sample {}, step {} on",
                     population_names[index_of(state.population)],
                     state.neuron,
                     state.run + state.step / steps,
                     state.step % steps);
}

std::vector<std::string> overflow_words(const IntegerOverflows& overflows) {
  const auto& [sum, u, v, spikes] = overflows;
  std::vector<std::string> words;
  if (u + v > 0)
    words.push_back(
        fmt::format("{} synaptic currents and {} potentials did not fit their integers", u, v));
  if (sum > 0)
    words.push_back(fmt::format("{} synaptic sums did not fit the delay ring and wrapped", sum));
  if (spikes > 0)
    words.push_back(fmt::format(
        "{} times a neuron held spikes back, because its chip or convention allows no more a step",
        spikes));
  return words;
}

std::string real_time_words(const RealTimeFigures& figures) {
  return fmt::format(
      "ticks of {} cycles, of which the busiest step took {:.0f} %; {} overruns, {} late packets",
      figures.tick_cycles,
      100.0 * figures.utilization(),
      figures.overruns,
      figures.late);
}

std::string causes_words(const SpikeComparison& comparison) {
  std::string words;
  for (const auto& [cause, count] : comparison.by_cause())
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", cause, count);
  return words;
}

std::string samples_csv(const std::vector<SampleReadout>& readouts) {
  std::string text = "sample,label,engine,predicted";
  const std::size_t classes = readouts.empty() ? 0 : readouts.front().counts.size();
  for (std::size_t c = 0; c < classes; ++c) text += fmt::format(",count_{}", c);
  text += '\n';
  for (const SampleReadout& row : readouts) {
    const std::string label = row.label ? std::to_string(*row.label) : "";
    text += fmt::format("{},{},{},{}", row.sample, label, row.engine, row.predicted);
    for (const std::uint64_t count : row.counts) text += fmt::format(",{}", count);
    text += '\n';
  }
  return text;
}

std::string configuration_words(const ConfigurationFigures& configuration) {
  return fmt::format("before the run: {} words in {}, {}; in no other figure",
                     configuration.words,
                     si(configuration.time.value(), "s"),
                     configuration.energy ? si(configuration.energy->value(), "J") : "not priced");
}

}  // namespace spikeloom
