#pragma once
// Readers and writers of the parts of a chip's document; only this folder includes it.

#include <utility>

#include "models/chip/chip.hpp"

namespace spikeloom {

constexpr std::uint32_t kMostCycles = 1024;
constexpr std::uint32_t kMostWaitCycles = 65536;
constexpr std::uint32_t kMostQueuePackets = 1024;
constexpr std::uint32_t kMostEntries = 1U << 16;

/// Replaces `field` if the document has it; what the struct holds is the default.
inline void read_field(ObjectReader& reader,
                       const std::string& key,
                       std::uint32_t& field,
                       std::uint32_t low,
                       std::uint32_t high) {
  field = static_cast<std::uint32_t>(reader.unsigned_integer(key, low, high, field));
}

/// Calls `read_part` with member `key` if the document has it.
template <typename Read>
void read_if_present(ObjectReader& reader, const std::string& key, const Read& read_part) {
  if (auto part = reader.optional_object(key)) read_part(std::move(*part));
}

RouterSpec read_router(ObjectReader reader, const Topology& topology);
LinkSpec read_link(ObjectReader reader, LinkSpec link);
CoreSpec read_core(ObjectReader reader);
StepSpec read_step(ObjectReader reader);
IoSpec read_io(ObjectReader reader, const Topology& topology);

Json to_json(const RouterSpec& router);
Json to_json(const LinkSpec& link);
Json to_json(const CoreSpec& core);
Json to_json(const StepSpec& step);
Json to_json(const IoSpec& io);

}  // namespace spikeloom
