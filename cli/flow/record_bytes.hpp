#pragma once
// What engines did, as bytes: for engines in processes of their own.

#include "cli/flow/byte_stream.hpp"
#include "cli/flow/engines.hpp"

namespace spikeloom {

void put(ByteWriter& out, const RunRecord& record);
RunRecord take_record(ByteReader& in);

void put(ByteWriter& out, const EngineTotals& totals);
EngineTotals take_totals(ByteReader& in);

}  // namespace spikeloom
