// The receiving half of a core: packets wait in the input queue while their rows are looked up, then
// rows are read from the synaptic memory, a wide word a cycle, and their weights go to the ring.
//
//   cycle   a          a+K        s = start         s+n-1      s+n            s+n+2
//        in queue    eligible   word 0, pop      word n-1   next row may   last sum in the ring:
//                               credit back                 start          drained
//
// It waits for nothing but its own memories, so a core always takes packets in.

module sl_synapse_engine #(
  parameter  int unsigned Neurons = 256,
  parameter  int unsigned AxonEntries = 16,
  parameter  int unsigned Rows = 64,
  parameter  int unsigned SynapticWords = 256,
  parameter  int unsigned Lanes = 1,
  parameter  int unsigned DelaySteps = 15,
  parameter  int unsigned InputQueue = 8,
  parameter  int unsigned LookupCycles = 2,  // at least 2: axon table, row table
  parameter  int unsigned Payloads = 0,      // 1: packets may have payloads
  parameter  int unsigned WeightBits = 8,
  parameter  int unsigned LoihiWeights = 0,  // 1: a row says which signs its weights have
  parameter  int unsigned SumBits = 18,
  localparam int unsigned Slots = DelaySteps + 1,
  localparam int unsigned SlotBits = $clog2(Slots),
  localparam int unsigned RingWords = (Neurons + Lanes - 1) / Lanes,
  localparam int unsigned RingWordBits = RingWords > 1 ? $clog2(RingWords) : 1,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  input logic                          cfg_write_i,
  input logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input logic [                  31:0] cfg_index_i,
  input logic [                   3:0] cfg_beat_i,
  input logic [                  31:0] cfg_data_i,
  input logic [                  31:0] rows_i,  // loaded

  input  logic                  in_valid_i,
  input  logic [PacketBits-1:0] in_packet_i,
  output logic                  in_credit_o,

  input  logic hold_i,     // no row starts in this cycle
  input  logic flush_i,    // what is in the queue is thrown away
  output logic quiet_o,    // nothing in the queue, and drained
  output logic drained_o,  // every sum of the rows that have started is in the ring

  // To the delay ring, one addition per lane.
  input  logic [          SlotBits-1:0] slot_i,  // of the present step
  output logic [             Lanes-1:0] add_o,
  output logic [    Lanes*SlotBits-1:0] add_slot_o,
  output logic [Lanes*RingWordBits-1:0] add_word_o,
  output logic [     Lanes*SumBits-1:0] add_amount_o
);

  localparam int unsigned KeyBits = sl_pkg::KeyBits;
  localparam int unsigned PayloadBits = sl_pkg::PayloadBits;
  localparam int unsigned PointerBits = sl_pkg::RowPointerBits;
  localparam int unsigned TargetBits = Neurons > 1 ? $clog2(Neurons) : 1;
  localparam int unsigned SynapseBits = TargetBits + SlotBits + WeightBits;
  localparam int unsigned WideBits = Lanes * SynapseBits;
  localparam int unsigned DenseWeights = WideBits / WeightBits;
  localparam int unsigned DenseCycles = (DenseWeights + Lanes - 1) / Lanes;
  localparam int unsigned DenseBits = DenseCycles > 1 ? $clog2(DenseCycles) : 1;
  localparam int unsigned AddressBits = SynapticWords > 1 ? $clog2(SynapticWords) : 1;
  localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1;
  localparam int unsigned AxonIndexBits = AxonEntries > 1 ? $clog2(AxonEntries) : 1;
  localparam int unsigned AxonValueBits = sl_pkg::RowBits + 1;
  localparam int unsigned QueueBits = InputQueue > 1 ? $clog2(InputQueue) : 1;
  localparam int unsigned CountBits = $clog2(InputQueue + 1);
  localparam int unsigned WordsBits = sl_pkg::RowAddressBits;
  localparam int unsigned Beats = (WideBits + 31) / 32;

  if (LookupCycles < 2) begin : gen_refused
    $error("LookupCycles is below 2");
  end

  // ---- configuration ----
  logic [31:0] axon_key_q, axon_mask_q, axon_base_q, row_low_q, row_middle_q;
  logic writes_axon, writes_row, writes_word;
  logic [WideBits-1:0] wide_word;
  assign writes_axon = cfg_write_i && cfg_memory_i == sl_pkg::MemoryAxon;
  assign writes_row  = cfg_write_i && cfg_memory_i == sl_pkg::MemoryRow;
  assign writes_word = cfg_write_i && cfg_memory_i == sl_pkg::MemorySynapse;
  always_ff @(posedge clk_i) begin
    if (writes_axon && cfg_beat_i == 4'd0) axon_key_q <= cfg_data_i;
    if (writes_axon && cfg_beat_i == 4'd1) axon_mask_q <= cfg_data_i;
    if (writes_axon && cfg_beat_i == 4'd2) axon_base_q <= cfg_data_i;
    if (writes_row && cfg_beat_i == 4'd0) row_low_q <= cfg_data_i;
    if (writes_row && cfg_beat_i == 4'd1) row_middle_q <= cfg_data_i;
  end
  if (Beats == 1) begin : gen_one_beat
    assign wide_word = cfg_data_i[WideBits-1:0];
  end else begin : gen_beats
    logic [(Beats-1)*32-1:0] held_q;  // the beats before the last one
    for (genvar b = 0; b < Beats - 1; b++) begin : gen_beat
      always_ff @(posedge clk_i) begin
        if (writes_word && cfg_beat_i == 4'(b)) held_q[b*32 +: 32] <= cfg_data_i;
      end
    end
    assign wide_word = WideBits'({cfg_data_i, held_q});
  end
  logic unused_cfg;
  assign unused_cfg = ^{cfg_index_i, cfg_data_i};

  // ---- lookup, beside the queue: axon table, then row table ----
  logic search, match, is_shared, reads, is_row, answered, known;
  logic [KeyBits-1:0] search_key, rest;
  logic [sl_pkg::RowBits-1:0] row_base, row;
  logic [32:0] row_number;
  logic [LookupCycles-1:0] token_q;  // bit j: a packet that has been in the queue for j cycles

  if (LookupCycles == 2) begin : gen_search_at_once
    assign search     = in_valid_i;
    assign search_key = in_packet_i[KeyBits-1:0];
    assign reads      = token_q[0];
    assign answered   = token_q[1];
  end else begin : gen_search_from_register
    logic [KeyBits-1:0] key_q;
    always_ff @(posedge clk_i) begin
      if (in_valid_i) key_q <= in_packet_i[KeyBits-1:0];
    end
    assign search     = token_q[0];
    assign search_key = key_q;
    assign reads      = token_q[1];
    assign answered   = token_q[2];
  end

  sl_tcam #(
    .Entries  (AxonEntries),
    .ValueBits(AxonValueBits)
  ) u_axons (
    .clk_i,
    .rst_ni,
    .write_i      (writes_axon && cfg_beat_i == 4'd3),
    .write_index_i(cfg_index_i[AxonIndexBits-1:0]),
    .write_valid_i(cfg_data_i[0]),
    .write_key_i  (axon_key_q),
    .write_mask_i (axon_mask_q),
    .write_value_i({cfg_data_i[1], axon_base_q}),
    .search_i     (search),
    .key_i        (search_key),
    .match_o      (match),
    .value_o      ({is_shared, row_base}),
    .rest_o       (rest)
  );
  assign row_number = {1'b0, row_base} + (is_shared ? 33'd0 : {1'b0, rest});
  assign row        = row_number[31:0];

  // A row that is not there has no words.
  logic is_row_q;
  logic [PointerBits-1:0] pointer, answer;
  assign is_row = match && !row_number[32] && row < rows_i;
  always_ff @(posedge clk_i) begin
    if (reads) is_row_q <= is_row;
  end
  sl_ram #(
    .Words(Rows),
    .Width(PointerBits)
  ) u_rows (
    .clk_i,
    .write_i        (writes_row && cfg_beat_i == 4'd2),
    .write_address_i(cfg_index_i[RowIndexBits-1:0]),
    .write_data_i   (PointerBits'({cfg_data_i, row_middle_q, row_low_q})),
    .read_i         (reads && is_row),
    .read_address_i (row[RowIndexBits-1:0]),
    .read_data_o    (pointer)
  );
  assign answer = is_row_q ? pointer : '0;

  // ---- the queue: payloads, and beside them the row pointers ----
  logic [PayloadBits-1:0] payloads_q[InputQueue];
  logic [PointerBits-1:0] pointers_q[InputQueue];
  logic [QueueBits-1:0] head_q, tail_q, answer_q;
  logic [CountBits-1:0] count_q;  // packets
  logic [CountBits-1:0] known_q;  // of these, looked up
  logic start;

  function automatic [QueueBits-1:0] after(input [QueueBits-1:0] index);
    after = index == QueueBits'(InputQueue - 1) ? '0 : index + 1'b1;
  endfunction

  // With two cycles the answer is known in the cycle in which it is written.
  assign known = token_q[LookupCycles-1];

  always_ff @(posedge clk_i) begin
    if (in_valid_i) payloads_q[tail_q] <= in_packet_i[sl_pkg::PayloadLsb +: PayloadBits];
    if (answered) pointers_q[answer_q] <= answer;
  end

  logic empties;
  assign empties = clear_i || flush_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q   <= '0;
      tail_q   <= '0;
      answer_q <= '0;
      count_q  <= '0;
      known_q  <= '0;
      token_q  <= '0;
    end else if (empties) begin
      // A packet that comes in the cycle of a flush is not in the queue yet.
      head_q   <= tail_q;
      tail_q   <= in_valid_i && !clear_i ? after(tail_q) : tail_q;
      answer_q <= tail_q;
      count_q  <= CountBits'(in_valid_i && !clear_i);
      known_q  <= '0;
      token_q  <= LookupCycles'(in_valid_i && !clear_i);
    end else if (in_valid_i || count_q != '0) begin
      token_q <= LookupCycles'({token_q, in_valid_i});
      if (in_valid_i) tail_q <= after(tail_q);
      if (answered) answer_q <= after(answer_q);
      if (start) head_q <= after(head_q);
      if (in_valid_i != start) count_q <= in_valid_i ? count_q + 1'b1 : count_q - 1'b1;
      if (known != start) known_q <= known ? known_q + 1'b1 : known_q - 1'b1;
    end
  end
  assign in_credit_o = start;

  // ---- a row starts ----
  logic [PointerBits-1:0] head;
  logic [PayloadBits-1:0] head_payload;
  logic [WordsBits-1:0] head_words;
  logic [1:0] head_format;
  logic fetches;  // a wide word is read in this cycle
  logic [AddressBits-1:0] address;

  logic [WordsBits-1:0] words_q;        // of the row under way, still to be read
  logic [DenseBits-1:0] repeats_q;      // cycles for which the word that was read serves on
  logic [AddressBits-1:0] next_word_q;
  logic [PointerBits-1:0] row_q;        // the row of the word that was read last
  logic [PayloadBits-1:0] payload_q;
  logic [TargetBits:0] first_q;         // target of the first dense weight in this cycle's part
  logic serves_q;                       // the word that was read last goes to the ring
  logic served_q;                       // and did in the cycle before: its sums are written
  logic [DenseBits-1:0] part_q;         // which part of its dense weights
  logic is_free;

  assign head         = pointers_q[head_q];
  assign head_payload = payloads_q[head_q];
  assign head_words   = head[sl_pkg::RowWordsLsb +: WordsBits];
  assign head_format  = head[sl_pkg::RowFormatLsb +: 2];
  assign is_free      = words_q == '0 && repeats_q == '0;
  assign start        = known_q != '0 && is_free && !hold_i && !empties;
  assign fetches      = (start && head_words != '0) || (words_q != '0 && repeats_q == '0);
  assign address      = start ? head[sl_pkg::RowFirstLsb +: AddressBits] : next_word_q;

  logic is_dense;
  assign is_dense = start ? head_format == sl_pkg::RowDense
                          : row_q[sl_pkg::RowFormatLsb +: 2] == sl_pkg::RowDense;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      words_q   <= '0;
      repeats_q <= '0;
      serves_q  <= 1'b0;
      served_q  <= 1'b0;
    end else if (clear_i) begin
      words_q   <= '0;
      repeats_q <= '0;
      serves_q  <= 1'b0;
      served_q  <= 1'b0;
    end else begin
      serves_q <= fetches || repeats_q != '0;
      served_q <= serves_q;
      if (fetches) begin
        words_q   <= start ? head_words - 1'b1 : words_q - 1'b1;
        repeats_q <= is_dense ? DenseBits'(DenseCycles - 1) : '0;
      end else if (repeats_q != '0) begin
        repeats_q <= repeats_q - 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (fetches) begin
      next_word_q <= address + 1'b1;
      part_q      <= '0;
    end else if (repeats_q != '0) begin
      part_q <= part_q + 1'b1;
    end
    if (start) begin
      row_q     <= head;
      payload_q <= head_payload;
      first_q   <= (TargetBits + 1)'(head[sl_pkg::RowTargetLsb +: sl_pkg::TargetBits]);
    end else if (fetches) begin
      first_q <= first_q + (TargetBits + 1)'(DenseWeights);
    end
  end

  logic [WideBits-1:0] word;
  sl_ram #(
    .Words(SynapticWords),
    .Width(WideBits)
  ) u_words (
    .clk_i,
    .write_i        (writes_word && cfg_beat_i == 4'(Beats - 1)),
    .write_address_i(cfg_index_i[AddressBits-1:0]),
    .write_data_i   (wide_word),
    .read_i         (fetches),
    .read_address_i (address),
    .read_data_o    (word)
  );

  // ---- the word that was read: a weight per lane ----
  // The value of stored bits, by the signs of their row.
  function automatic [WeightBits:0] value_of(input [WeightBits-1:0] bits, input [1:0] signs);
    case (signs)
      sl_pkg::SignsExcitatory: value_of = {1'b0, bits};
      sl_pkg::SignsInhibitory: value_of = -{1'b0, bits};
      sl_pkg::SignsMixed: value_of = {bits, 1'b0};
      default: value_of = {bits[WeightBits-1], bits};
    endcase
  endfunction

  logic [1:0] signs;
  logic serves_dense;
  logic [sl_pkg::RowExponentBits-1:0] exponent;
  logic [SlotBits-1:0] dense_delay;
  logic [WideBits-1:0] dense_part;  // its first weight lowest
  logic [TargetBits:0] part_first;  // target of that weight
  logic [31:0] rotation;
  assign signs        = LoihiWeights != 0 ? row_q[sl_pkg::RowSignsLsb +: 2]
                                          : sl_pkg::SignsTwosComplement;
  assign serves_dense = row_q[sl_pkg::RowFormatLsb +: 2] == sl_pkg::RowDense;
  assign exponent     = row_q[sl_pkg::RowExponentLsb +: sl_pkg::RowExponentBits];
  assign dense_delay  = row_q[sl_pkg::RowDelayLsb +: SlotBits];
  assign dense_part   = word >> (32'(part_q) * Lanes * WeightBits);
  assign part_first   = first_q + (TargetBits + 1)'(32'(part_q) * Lanes);
  assign rotation     = 32'(part_first) % Lanes;

  // The slot that is `delay` steps ahead.
  function automatic [SlotBits-1:0] slot_after(input [SlotBits-1:0] slot,
                                               input [SlotBits-1:0] delay);
    slot_after = 32'(slot) + 32'(delay) >= Slots ? SlotBits'(32'(slot) + 32'(delay) - Slots)
                                                 : slot + delay;
  endfunction

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    logic [SynapseBits-1:0] synapse;
    logic [31:0] place;  // among the dense weights of this part: the one whose target is in lane l
    logic [31:0] number;  // of that weight in its word
    logic [WeightBits-1:0] dense_bits, bits;
    logic [WeightBits:0] value;
    logic [31:0] target;
    logic [SlotBits-1:0] delay;
    logic [SumBits-1:0] extended, times;

    assign synapse    = word[l*SynapseBits +: SynapseBits];
    assign place      = (l + Lanes - rotation) % Lanes;
    assign number     = 32'(part_q) * Lanes + place;
    assign dense_bits = number < DenseWeights ? WeightBits'(dense_part >> (place * WeightBits))
                                              : '0;
    assign bits       = serves_dense ? dense_bits : synapse[SynapseBits-1 -: WeightBits];
    assign delay      = serves_dense ? dense_delay : synapse[TargetBits +: SlotBits];
    assign value      = value_of(bits, signs);
    assign target     = serves_dense ? 32'(part_first) + place : 32'(synapse[TargetBits-1:0]);

    assign extended = SumBits'($signed(value));
    if (Payloads == 0) begin : gen_shift
      assign times = extended;
    end else begin : gen_multiply
      assign times = payload_q == '0 ? extended : SumBits'(extended * SumBits'(payload_q));
    end

    assign add_o[l]                                   = serves_q && bits != '0;
    assign add_slot_o[l*SlotBits +: SlotBits]         = slot_after(slot_i, delay);
    assign add_word_o[l*RingWordBits +: RingWordBits] = RingWordBits'(target / Lanes);
    assign add_amount_o[l*SumBits +: SumBits]         = times << exponent;
  end

  assign drained_o = is_free && !serves_q && !served_q;
  assign quiet_o   = count_q == '0 && drained_o;

  logic unused;
  assign unused = ^{row_q, head, payload_q, row, in_packet_i[PacketBits-1:sl_pkg::DetourLsb]};

endmodule
