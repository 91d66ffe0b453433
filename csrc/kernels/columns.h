/* SPDX-License-Identifier: Apache-2.0
 * LANES rows of few classes as vectors that hold one class of each row, and back.
 *
 * They move COLUMN_STEP classes at a time. A last step that has fewer begins earlier and moves
 * some classes again; rows that have fewer altogether, and 16-bit elements, go by way of a room of
 * wide elements: of a vector for each class, and COLUMN_STEP behind. */

enum {
    NAME(LANE_CLASSES) = 128, /* longer rows fill vectors by themselves */
    NAME(COLUMN_STEP) = 16 / (int)sizeof(S),
};

/* Where the step to which class i belongs begins. */
TFL_INLINE int64_t NAME(step_start)(int64_t i, int64_t classes) {
    return i + NAME(COLUMN_STEP) <= classes || i == 0 ? i : classes - NAME(COLUMN_STEP);
}

/* There are COLUMN_STEP columns at least, however few the classes are; the others get what follows the
 * rows. */
TFL_INLINE void NAME(split_columns)(const S *rows, int64_t classes, V *columns) {
    for (int64_t i = 0; i < classes; i += NAME(COLUMN_STEP)) {
        int64_t from = NAME(step_start)(i, classes);
        V step[NAME(COLUMN_STEP)]; /* in registers: the primitive writes to it more than once */
        v_load_columns(rows + from, classes, step);
        TFL_EACH(k, NAME(COLUMN_STEP))
        columns[from + k] = step[k];
    }
}

TFL_INLINE void NAME(join_columns)(S *rows, int64_t stride, int64_t classes, const V *columns) {
    for (int64_t i = 0; i < classes; i += NAME(COLUMN_STEP)) {
        int64_t from = NAME(step_start)(i, classes);
        v_store_columns(rows + from, stride, columns + from);
    }
}

/* Writes the rows into the room, one after the other. Of fewer columns than a step moves, those that
 * do not exist are moved too, and overwritten when the rows close up. */
TFL_INLINE void NAME(fill_room)(S *room, int64_t classes, const V *columns) {
    int64_t stride = classes < NAME(COLUMN_STEP) ? NAME(COLUMN_STEP) : classes;
    NAME(join_columns)(room, stride, classes, columns);
    for (int64_t row = 1; row < LANES && stride > classes; row++)
        for (int64_t i = 0; i < classes; i++)
            room[row * classes + i] = room[row * stride + i];
}

/* Whether rows of so many classes go by way of the room. */
TFL_INLINE int NAME(needs_room)(int64_t classes) {
    return sizeof(MEM) != sizeof(S) || classes < NAME(COLUMN_STEP);
}

/* n elements, which fill whole vectors, from memory to the room, and back. */
TFL_INLINE void NAME(load_room)(tfl_dtype dtype, const void *from, int64_t n, S *room) {
    int64_t bytes = (int64_t)NAME(bytes_of)(dtype);
    for (int64_t i = 0; i < n; i += LANES)
        v_lane_store(room + i, NAME(load_as)(dtype, (const char *)from + i * bytes, LANES));
}

TFL_INLINE void NAME(store_room)(tfl_dtype dtype, void *to, int64_t n, const S *room) {
    int64_t bytes = (int64_t)NAME(bytes_of)(dtype);
    for (int64_t i = 0; i < n; i += LANES)
        NAME(store_as)(dtype, (char *)to + i * bytes, LANES, v_lane_load(room + i));
}

/* The same for rows in memory, whose elements are of the dtype. Rows of few classes are read past, so
 * a vector of the room behind them is filled. */
TFL_INLINE void NAME(load_columns)(tfl_dtype dtype, const void *rows, int64_t classes, S *room,
                                   V *columns) {
    if (!NAME(needs_room)(classes)) {
        NAME(split_columns)((const S *)rows, classes, columns);
        return;
    }
    FOR_DTYPE(NAME(load_room), dtype, rows, LANES * classes, room);
    v_lane_store(room + LANES * classes, v_set1(0));
    NAME(split_columns)(room, classes, columns);
}

TFL_INLINE void NAME(store_columns)(tfl_dtype dtype, void *rows, int64_t classes, S *room,
                                    const V *columns) {
    if (!NAME(needs_room)(classes)) {
        NAME(join_columns)((S *)rows, classes, classes, columns);
        return;
    }
    NAME(fill_room)(room, classes, columns);
    FOR_DTYPE(NAME(store_room), dtype, rows, LANES * classes, room);
}
