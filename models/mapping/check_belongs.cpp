#include "models/mapping/check_belongs.hpp"

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

class Roll {
 public:
  Roll(const LoweredNetwork& network, const std::string& file)
      : network_(network), file_(file), seen_(network.populations.size()) {
    for (const PopulationId id : ids_of(network.populations))
      seen_[id].resize(network.populations[id].is_input ? 0 : network.populations[id].size);
  }

  void call(const CoreImage& core, std::size_t index) {
    const std::string place = "/cores/" + std::to_string(index) + "/identity";
    for (std::uint32_t n = 0; n < core.neurons(); ++n) {
      const NeuronIdentity& who = core.identity[n];
      if (index_of(who.population) >= seen_.size() || who.neuron >= seen_[who.population].size())
        refuse(place, n, "is no neuron of this network");
      if (seen_[who.population][who.neuron]) refuse(place, n, "stands twice in the mapping");
      seen_[who.population][who.neuron] = true;
      const CoreProfile& profile = core.profiles[core.profile_of[n]];
      if (profile.start != network_.populations[who.population].start)
        refuse(place, n, "starts in another step than its population");
      const std::optional<std::uint32_t> offset = network_.resets.offset_of(who.population);
      if (profile.reset_period != (offset ? network_.resets.period : 0) ||
          profile.reset_offset != offset.value_or(0))
        refuse(place, n, "is reset in other steps than its population");
    }
  }

  void finish() const {
    for (const PopulationId id : ids_of(seen_))
      for (std::size_t n = 0; n < seen_[id].size(); ++n)
        if (!seen_[id][n])
          throw InputError(file_,
                           "/cores",
                           "neuron " + std::to_string(n) + " of " + network_.populations[id].name +
                               " is placed nowhere");
  }

 private:
  [[noreturn]] void refuse(const std::string& place,
                           std::uint32_t n,
                           const std::string& sentence) const {
    throw InputError(file_, place, "local neuron " + std::to_string(n) + " " + sentence);
  }

  const LoweredNetwork& network_;
  const std::string& file_;
  IdVector<PopulationId, std::vector<bool>> seen_;
};

void check_populations(const Mapping& mapping,
                       const LoweredNetwork& network,
                       const std::string& file) {
  bool same = mapping.population_names.size() == network.populations.size();
  for (std::size_t p = 0; same && p < mapping.population_names.size(); ++p)
    same = mapping.population_names[p] ==
           network.populations[PopulationId{static_cast<std::uint32_t>(p)}].name;
  if (!same) throw InputError(file, "/populations", "names the populations of another network");
}

/// The elements that enter, all of a population or none.
void check_inputs(const Mapping& mapping, const LoweredNetwork& network, const std::string& file) {
  IdVector<PopulationId, std::vector<bool>> enters(network.populations.size());
  for (const InputImage& input : mapping.inputs) {
    if (index_of(input.population) >= network.populations.size() ||
        !network.populations[input.population].is_input)
      throw InputError(file, "/inputs", "holds an input that this network has not");
    auto& seen = enters[input.population];
    seen.resize(network.populations[input.population].size);
    for (const std::uint32_t element : input.elements) {
      const bool is_new = element < seen.size() && !seen[element];
      if (!is_new)
        throw InputError(file,
                         "/inputs",
                         "element " + std::to_string(element) + " of " +
                             network.populations[input.population].name +
                             (element < seen.size() ? " enters twice" : " does not exist"));
      seen[element] = true;
    }
  }
  for (const PopulationId id : ids_of(enters))
    for (std::size_t element = 0; element < enters[id].size(); ++element)
      if (!enters[id][element])
        throw InputError(file,
                         "/inputs",
                         "element " + std::to_string(element) + " of " +
                             network.populations[id].name + " enters nowhere");
}

}  // namespace

void check_belongs(const Mapping& mapping, const LoweredNetwork& network, const std::string& file) {
  check_populations(mapping, network, file);
  check_inputs(mapping, network, file);
  Roll roll(network, file);
  for (const CoreId core : ids_of(mapping.cores)) roll.call(mapping.cores[core], index_of(core));
  roll.finish();
}

}  // namespace spikeloom
