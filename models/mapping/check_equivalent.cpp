#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/base/error.hpp"
#include "models/mapping/check_mapping.hpp"
#include "models/mapping/convolution.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {
namespace {

/// A synapse as one sortable number: target neuron | delay | weight with its exponent applied.
/// The weight (10 bits and an exponent of at most 7) takes 17 bits and is kept non-negative.
constexpr std::uint32_t kDelayShift = 20, kTargetShift = 26;
constexpr std::int64_t kWeightOffset = std::int64_t{1} << 19;

std::uint64_t pack_synapse(std::uint64_t target, std::uint32_t delay, std::int64_t weight) {
  return target << kTargetShift | std::uint64_t{delay} << kDelayShift |
         static_cast<std::uint64_t>(weight + kWeightOffset);
}

class EquivalenceCheck {
 public:
  EquivalenceCheck(const Mapping& mapping, const Chip& chip, const LoweredNetwork& network)
      : mapping_(mapping), chip_(chip), network_(network), first_neuron_{0} {
    for (const LoweredPopulation& population : network.populations)
      first_neuron_.push_back(first_neuron_.back() + population.size);
    leaving_.resize(network.populations.size());
    for (const Projection& projection : network.projections)
      leaving_[projection.source].push_back(&projection);
  }

  void run() {
    check_neurons();
    check_inputs();
    PacketWalker walker(mapping_, chip_, "mapping");
    const auto sources = packet_sources(mapping_, chip_);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto core = i < mapping_.cores.size()
                            ? std::optional(CoreId{static_cast<std::uint32_t>(i)})
                            : std::nullopt;
      check_source(walker, sources[i], core, i - (core ? 0 : mapping_.cores.size()));
    }
  }

 private:
  std::uint64_t number_of(NeuronIdentity id) const {
    return first_neuron_[index_of(id.population)] + id.neuron;
  }
  std::string name_of(NeuronIdentity id) const {
    return fmt::format("{} neuron {}", network_.populations[id.population].name, id.neuron);
  }
  NeuronIdentity identity_of(std::uint64_t number) const {
    const auto after = std::upper_bound(first_neuron_.begin(), first_neuron_.end(), number);
    const auto population = static_cast<std::uint32_t>(after - first_neuron_.begin() - 1);
    return {PopulationId{population},
            static_cast<std::uint32_t>(number - first_neuron_[population])};
  }
  static void require(bool holds, const auto& sentence) {
    if (!holds) throw InternalError("the mapping is not the network: " + sentence());
  }

  void check_neurons() {
    std::vector<std::uint8_t> placed(first_neuron_.back());
    for (const CoreImage& core : mapping_.cores)
      for (std::uint32_t n = 0; n < core.neurons(); ++n) check_neuron(core, n, placed);
    for (std::uint64_t number = 0; number < placed.size(); ++number) {
      const NeuronIdentity id = identity_of(number);
      require(placed[number] != 0 || network_.populations[id.population].is_input,
              [&] { return name_of(id) + " is on no core"; });
    }
  }

  void check_neuron(const CoreImage& core, std::uint32_t n, std::vector<std::uint8_t>& placed) {
    const NeuronIdentity id = core.identity[n];
    require(index_of(id.population) < network_.populations.size() &&
                id.neuron < network_.populations[id.population].size,
            [&] { return fmt::format("core neuron {} is nobody of the network", n); });
    const LoweredPopulation& population = network_.populations[id.population];
    require(!population.is_input, [&] { return name_of(id) + " is an input, but on a core"; });
    require(++placed[number_of(id)] == 1,
            [&] { return name_of(id) + " is placed more than once"; });
    const CoreProfile& profile = core.profiles[core.profile_of[n]];
    require(profile.neuron == population.profile(id.neuron) && profile.start == population.start,
            [&] { return name_of(id) + " has another profile"; });
    require(has_resets_of(id.population, profile),
            [&] { return name_of(id) + " is reset in other steps"; });
    if (network_.is_spinnaker)
      require(
          core.spinnaker[core.profile_of[n]] ==
              population
                  .spinnaker[population.profile_of.empty() ? 0 : population.profile_of[id.neuron]],
          [&] { return name_of(id) + " has another profile of a software neuron"; });
    require(core.bias[n] == (population.bias.empty() ? 0 : population.bias[id.neuron]),
            [&] { return name_of(id) + " has another bias"; });
    const bool must_send =
        population.profile(id.neuron).spikes && (population.is_output || has_target(id));
    require((core.sends[n] != 0) == must_send, [&] {
      return name_of(id) + (must_send ? " sends no packets" : " sends packets to nobody");
    });
  }

  bool has_resets_of(PopulationId population, const CoreProfile& profile) const {
    const std::optional<std::uint32_t> offset = network_.resets.offset_of(population);
    if (!offset) return profile.reset_period == 0;
    return profile.reset_period == network_.resets.period && profile.reset_offset == *offset;
  }

  void check_inputs() const {
    std::vector<std::uint8_t> entering(first_neuron_.back());
    for (const InputImage& input : mapping_.inputs) {
      const LoweredPopulation& population = network_.populations[input.population];
      require(population.is_input, [&] { return population.name + " enters, but is no input"; });
      for (const std::uint32_t element : input.elements) {
        const NeuronIdentity id{input.population, element};
        require(element < population.size, [&] { return name_of(id) + " does not exist"; });
        require(++entering[number_of(id)] == 1,
                [&] { return name_of(id) + " enters more than once"; });
      }
    }
    for (const PopulationId id : ids_of(network_.populations))
      if (network_.populations[id].is_input && has_synapses(id)) check_all_enter(id, entering);
  }

  void check_all_enter(PopulationId population, const std::vector<std::uint8_t>& entering) const {
    for (std::uint32_t element = 0; element < network_.populations[population].size; ++element) {
      const NeuronIdentity id{population, element};
      require(entering[number_of(id)] != 0, [&] { return name_of(id) + " enters nowhere"; });
    }
  }

  bool has_target(NeuronIdentity id) const {
    return std::any_of(
        leaving_[id.population].begin(), leaving_[id.population].end(), [&](const Projection* p) {
          return fan_out_of(p->connectivity, id.neuron) > 0;
        });
  }

  bool has_synapses(PopulationId id) const {
    return std::any_of(leaving_[id].begin(), leaving_[id].end(), [&](const Projection* p) {
      return count_synapses(p->connectivity, network_.populations[id].size) != 0;
    });
  }

  void check_source(PacketWalker& walker,
                    const PacketSource& source,
                    std::optional<CoreId> core,
                    std::size_t input) {
    const auto identity = [&](std::uint32_t n) {
      return core ? mapping_.cores[*core].identity[n]
                  : NeuronIdentity{mapping_.inputs[input].population,
                                   mapping_.inputs[input].elements[n]};
    };
    walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
      for (std::uint32_t n = 0; n < source.size; ++n)
        if (cube.contains(source.key_base | n) && source.is_sending(n))
          check_deliveries(identity(n), source.key_base | n, deliveries);
    });
  }

  void check_deliveries(NeuronIdentity id,
                        std::uint32_t key,
                        const std::vector<PacketDelivery>& deliveries) {
    const LoweredPopulation& population = network_.populations[id.population];
    const auto to_io = std::count_if(
        deliveries.begin(), deliveries.end(), [](const PacketDelivery& d) { return d.to_io; });
    const bool is_output = population.is_output && !population.is_input;
    require(to_io == (is_output ? 1 : 0),
            [&] { return fmt::format("{} leaves by the io port {} times", name_of(id), to_io); });
    stored_synapses(key, deliveries);
    expected_synapses(id);
    if (expected_.size() != stored_.size() || !same_synapses()) report_difference(id);
  }

  bool same_synapses() {
    std::sort(expected_.begin(), expected_.end());
    std::sort(stored_.begin(), stored_.end());
    return expected_ == stored_;
  }

  void stored_synapses(std::uint32_t key, const std::vector<PacketDelivery>& deliveries) {
    stored_.clear();
    for (const PacketDelivery& delivery : deliveries) {
      if (delivery.to_io) continue;
      const CoreImage& core = mapping_.cores[delivery.core];
      const AxonEntry& axon = core.axons[delivery.axon];
      append_row(core, core.rows[row_of(axon, key)], key);
    }
  }

  void append_row(const CoreImage& core, const Row& row, std::uint32_t key) {
    for_each_stored_synapse(
        core, row, key, chip_.core, [&](const StoredSynapse& synapse) { append(core, synapse); });
  }

  void append(const CoreImage& core, const StoredSynapse& synapse) {
    stored_.push_back(pack_synapse(number_of(core.identity[synapse.target]),
                                   synapse.delay,
                                   std::int64_t{synapse.weight} * (1 << synapse.weight_exponent)));
  }

  void expected_synapses(NeuronIdentity id) {
    expected_.clear();
    for (const Projection* projection : leaving_[id.population])
      for_each_synapse(projection->connectivity, id.neuron, [&](const Synapse& synapse) {
        expected_.push_back(
            pack_synapse(number_of({projection->target, synapse.target}),
                         synapse.delay,
                         std::int64_t{synapse.weight} * (1 << projection->weight_exponent)));
      });
  }

  [[noreturn]] void report_difference(NeuronIdentity id) {
    same_synapses();
    const auto [expected, stored] =
        std::mismatch(expected_.begin(), expected_.end(), stored_.begin(), stored_.end());
    const bool missing =
        stored == stored_.end() || (expected != expected_.end() && *expected < *stored);
    const std::uint64_t synapse = missing ? *expected : *stored;
    throw InternalError(fmt::format(
        "the mapping is not the network: {} {} a synapse to {} with delay {} and weight {}",
        name_of(id),
        missing ? "lacks" : "has",
        name_of(identity_of(synapse >> kTargetShift)),
        synapse >> kDelayShift & 0x3FU,
        static_cast<std::int64_t>(synapse & 0xFFFFFU) - kWeightOffset));
  }

  const Mapping& mapping_;
  const Chip& chip_;
  const LoweredNetwork& network_;
  std::vector<std::uint64_t> first_neuron_;  ///< by population, and one past the last
  IdVector<PopulationId, std::vector<const Projection*>> leaving_;
  std::vector<std::uint64_t> expected_, stored_;  ///< of the source under test
};

}  // namespace

void check_equivalent(const Mapping& mapping, const Chip& chip, const LoweredNetwork& network) {
  EquivalenceCheck(mapping, chip, network).run();
}

}  // namespace spikeloom
