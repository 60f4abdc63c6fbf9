#include "models/experiment/between_samples.hpp"
#include "models/base/text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

constexpr std::uint64_t kMostPeriod = 1'000'000;

const WordList<SampleBoundary> kBoundaries = {{"reset", SampleBoundary::Reset},
                                              {"continue", SampleBoundary::Continue}};

std::uint32_t read_offset(const Json& value, std::uint32_t period, const JsonPlace& place) {
  if (!value.is_number_integer() || value < 0 || value >= period)
    place.fail("is " + value.dump() + ", allowed is 0 to " + std::to_string(period - 1) +
               ", below the period");
  return value.get<std::uint32_t>();
}

BetweenSamples read_periodic(ObjectReader reader) {
  BetweenSamples between{SampleBoundary::Continue, 0, {}};
  between.period = static_cast<std::uint32_t>(reader.unsigned_integer("period", 1, kMostPeriod));
  reader.object("offset").members(
      [&](const std::string& population, const Json& value, const JsonPlace& place) {
        between.offset.emplace_back(population, read_offset(value, between.period, place));
      });
  reader.finish();
  return between;
}

std::string state_holders(const std::vector<std::string>& populations,
                          const std::vector<bool>& is_input) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < populations.size(); ++i)
    if (!is_input[i]) names.push_back(populations[i]);
  return comma_separated(names);
}

}  // namespace

BetweenSamples read_between_samples(ObjectReader& experiment) {
  const Json* given = experiment.raw("between_samples");
  if (given != nullptr && given->is_object())
    return read_periodic(experiment.object("between_samples"));
  if (given != nullptr && !given->is_string())
    experiment.fail("between_samples",
                    "expected \"reset\", \"continue\", or an object of period and offset");
  return {read_enum(experiment, "between_samples", kBoundaries, {SampleBoundary::Reset}), 0, {}};
}

Json to_json(const BetweenSamples& between) {
  if (between.period == 0) return word_of(kBoundaries, between.boundary);
  Json offset = Json::object();
  for (const auto& [population, steps] : between.offset) offset[population] = steps;
  return {{"period", between.period}, {"offset", offset}};
}

StateResets resets_of(const BetweenSamples& between,
                      const std::vector<std::string>& populations,
                      const std::vector<bool>& is_input,
                      const JsonPlace& place) {
  StateResets resets{between.period, {}};
  if (between.period == 0) return resets;
  for (std::size_t i = 0; i < populations.size(); ++i) resets.offset.push_back(std::nullopt);
  for (const auto& [population, steps] : between.offset) {
    const auto found = std::find(populations.begin(), populations.end(), population);
    const auto index = static_cast<std::size_t>(found - populations.begin());
    if (found == populations.end() || is_input[index])
      (place / "offset" / population)
          .fail("is no population with state; the network has " +
                state_holders(populations, is_input));
    resets.offset[PopulationId{static_cast<std::uint32_t>(index)}] = steps;
  }
  return resets;
}

}  // namespace spikeloom
