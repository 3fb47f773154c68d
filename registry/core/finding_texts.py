"""What each finding says to people: its title, and what the sender should do about it.

One text per canonical code for every contract; a dialect adds its own number and place.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.core.findings import Finding, FindingCode, Level

F = FindingCode


@dataclass(frozen=True, slots=True)
class Meaning:
    """Title of a finding, the advice to the sender, and its usual level."""

    title: str
    advice: str
    level: Level = Level.ERROR


_W, _N = Level.WARNING, Level.NOTE
RESEND = "Исправьте и направьте заново."

MEANINGS: dict[FindingCode, Meaning] = {
    F.CREDENTIALS_WRONG: Meaning("Неверны имя пользователя или пароль", "Проверьте имя и пароль в настройках МИС."),
    F.NOT_PERMITTED: Meaning("Нет права на действие", "Обратитесь к администратору фонда."),
    F.SIGNATURE_ABSENT: Meaning("Пакет не подписан, а подпись обязательна", "Подпишите пакет сертификатом."),
    F.SIGNATURE_WRONG: Meaning("Подпись пакета не принята", "Подпишите пакет зарегистрированным сертификатом."),
    F.UNAVAILABLE: Meaning("Сервис временно недоступен", "Повторите отправку позже."),
    F.INTERNAL_FAULT: Meaning("Внутренняя ошибка обработки", "Сообщите фонду номер инцидента."),
    F.TOO_LARGE: Meaning("Превышен допустимый размер", "Разделите данные на части."),
    F.XML_BROKEN: Meaning("Документ не является правильным XML", RESEND),
    F.DOCTYPE_FORBIDDEN: Meaning("DOCTYPE в документе не допускается", "Уберите объявление DOCTYPE."),
    F.ENCODING_WRONG: Meaning("Кодировка не соответствует объявленной", "Проверьте кодировку файла."),
    F.ENCODING_GUESSED: Meaning("Кодировка не объявлена и определена по содержимому", "Объявите кодировку.", _W),
    F.STRUCTURE_WRONG: Meaning("Нарушена структура сообщения", RESEND),
    F.HEADER_ABSENT: Meaning("Отсутствует заголовок пакета", "Заполните заголовок пакета."),
    F.KIND_UNKNOWN: Meaning("Неизвестный тип пакета", "Проверьте тип пакета."),
    F.OPERATION_NOT_ALLOWED: Meaning("Операция не допускается для пакета", "Проверьте вид операции."),
    F.PACKET_ID_WRONG: Meaning("Неверный идентификатор пакета", "Задайте новый уникальный идентификатор."),
    F.PACKET_ID_REUSED: Meaning(
        "Идентификатор пакета уже использован с другим содержанием", "Задайте новый идентификатор пакета."
    ),
    F.PACKET_SENDER_WRONG: Meaning("Владелец пакета не совпадает с отправителем", "Проверьте код отправителя."),
    F.PACKET_EMPTY: Meaning("В пакете нет записей", "Добавьте записи."),
    F.TOO_MANY_RECORDS: Meaning("Слишком много записей в пакете", "Разделите пакет."),
    F.LEGAL_ENTITY_FOREIGN: Meaning(
        "Операция допустима только в пределах юридического лица", "Проверьте код медицинской организации."
    ),
    F.FILE_UNREADABLE: Meaning("Файл не читается", "Сформируйте файл заново."),
    F.FILE_EMPTY: Meaning("Файл не содержит строк", "Проверьте выгрузку."),
    F.FILE_NAME_UNKNOWN: Meaning("Имя файла не соответствует ни одной маске обмена", "Исправьте имя файла."),
    F.FILE_NAME_TAKEN: Meaning("Файл с таким именем уже зарегистрирован", "Задайте следующий номер файла."),
    F.FILE_NAME_SHORT: Meaning("В имени файла неполный код организации", "Укажите полный код.", _W),
    F.FILE_CONTENT_MISMATCH: Meaning("Содержимое не соответствует имени", "Проверьте, тот ли это файл."),
    F.FILE_FOREIGN: Meaning("Файл подготовлен для другой организации", "Загрузите файл своей организации."),
    F.FILE_DATE_IN_FUTURE: Meaning("Дата актуализации больше текущей даты", "Исправьте дату в имени файла."),
    F.FILE_TOLERATED: Meaning("Форма файла принята с отступлением от требований", "Исправьте выгрузку.", _W),
    F.TOO_MANY_ROWS: Meaning("Слишком много строк", "Разделите файл."),
    F.TOO_MANY_UNREADABLE: Meaning("Слишком много нечитаемых строк", "Сформируйте файл заново."),
    F.ARCHIVE_BROKEN: Meaning("Пакет не является архивом zip", "Сформируйте архив заново."),
    F.ARCHIVE_MEMBERS: Meaning("Неверный состав архива", "Проверьте файлы в архиве."),
    F.COLUMN_ABSENT: Meaning("Отсутствует обязательная колонка", "Добавьте колонку."),
    F.DUPLICATE_COLUMN: Meaning("Колонка повторяется", "Уберите повтор."),
    F.RECORD_COUNT_DIFFERS: Meaning("Число записей не равно заявленному", "Проверьте выгрузку.", _W),
    F.ROW_CHARACTERS: Meaning("В строке имеются недопустимые символы", RESEND),
    F.VALUE_ABSENT: Meaning("Не заполнено обязательное поле", "Заполните поле."),
    F.VALUE_MALFORMED: Meaning("Недопустимое значение", RESEND),
    F.VALUE_TOO_LONG: Meaning("Значение длиннее допустимого", "Сократите значение."),
    F.ACTION_UNKNOWN: Meaning("Неверная команда", "Укажите «Р» или «И»."),
    F.NUMBER_REPEATED: Meaning("Номер записи повторяется в пакете", "Нумеруйте записи без повторов."),
    F.DUPLICATE_IN_PACKET: Meaning("Лицо указано в пакете дважды с разными данными", "Оставьте одну запись о лице."),
    F.LATIN_LETTERS: Meaning("Латинские буквы заменены русскими", "Пишите код русскими буквами.", _W),
    F.NAME_ABSENT: Meaning("Не указано имя или фамилия", "Заполните поле."),
    F.NAME_CHARACTERS: Meaning("Недопустимые знаки или сочетания знаков", "Сверьте написание с документом."),
    F.NAME_PLACEHOLDER: Meaning(
        "Вместо имени указано слово-заменитель", "Оставьте поле пустым, если имени нет в документе.", _W
    ),
    F.BIRTH_DATE_ABSENT: Meaning("Не указана дата рождения", "Заполните дату рождения."),
    F.BIRTH_DATE_WRONG: Meaning("Ошибка в дате рождения", "Сверьте дату с документом."),
    F.SEX_WRONG: Meaning("Пол указан неверно", "Укажите пол по справочнику V005."),
    F.ENP_ABSENT: Meaning("Не указан единый номер полиса", "Заполните ЕНП."),
    F.ENP_WRONG: Meaning("Единый номер полиса неверен", "Сверьте ЕНП с полисом: 16 цифр с контрольной."),
    F.ENP_FACET_DIFFERS: Meaning(
        "ЕНП не соответствует полу или дате рождения", "Проверьте пол, дату рождения и ЕНП.", _W
    ),
    F.SNILS_WRONG: Meaning("Указан некорректный СНИЛС", "Пишите СНИЛС в виде 999-999-999 99."),
    F.SNILS_CHECK_DIGIT: Meaning("Ошибка в контрольном числе СНИЛС", "Сверьте СНИЛС с документом."),
    F.DOCUMENT_WRONG: Meaning("Ошибка в данных документа, удостоверяющего личность", "Сверьте серию и номер."),
    F.POLICY_TYPE_WRONG: Meaning("Неверный тип полиса", "Укажите тип по справочнику."),
    F.POLICY_NUMBER_ABSENT: Meaning("Не указан номер полиса", "Заполните номер полиса."),
    F.POLICY_NUMBER_WRONG: Meaning("Номер полиса неверен", "Сверьте номер с полисом."),
    F.INSUFFICIENT_DATA: Meaning(
        "Недостаточно данных для идентификации", "Укажите ФИО, дату рождения и ЕНП, СНИЛС или документ."
    ),
    F.PERSON_NOT_FOUND: Meaning("Застрахованное лицо не найдено в регистре", "Проверьте данные лица."),
    F.PERSON_ANNULLED: Meaning("Запись о лице аннулирована", "Уточните данные у страховой организации."),
    F.SEVERAL_CANDIDATES: Meaning("Найдено более одного застрахованного лица", "Уточните СНИЛС или документ."),
    F.PERSON_UNDER_REVIEW: Meaning(
        "Лицо на рассмотрении: в регистре есть похожие записи",
        "Дождитесь решения фонда или уточните ЕНП, СНИЛС, документ и пришлите снова.",
    ),
    F.IDENTITY_CONFLICT: Meaning(
        "Персональные данные не соответствуют идентификатору", "Сверьте ФИО и дату рождения с полисом."
    ),
    F.NOT_INSURED: Meaning("На указанную дату лицо не застраховано", "Проверьте дату и полис."),
    F.INSURED_ELSEWHERE: Meaning("На указанную дату лицо застраховано в другом субъекте РФ", "Проверьте полис."),
    F.PERSON_DEAD: Meaning("Застрахованное лицо умерло", "Проверьте данные лица."),
    F.EVENT_AFTER_DEATH: Meaning("Дата события позже даты смерти", "Проверьте дату."),
    F.FOUND_WITH_DIFFERENCES: Meaning("Лицо найдено, но данные отличаются", "Обновите данные лица.", _N),
    F.RECORD_MERGED: Meaning("Запись о лице объединена с другой", "Обновите идентификатор лица.", _N),
    F.OTHER_POLICY_VALID: Meaning("Действует другой полис", "Обновите данные полиса.", _N),
    F.INSURANCE_CHANGED_IN_PERIOD: Meaning("Страховая принадлежность менялась в периоде", "Учтите даты изменений.", _W),
    F.DATE_ABSENT: Meaning("Дата не заполнена", "Заполните дату."),
    F.DATE_WRONG: Meaning("Ошибка в дате", "Укажите существующую дату."),
    F.DATE_IN_FUTURE: Meaning("Дата в будущем", "Исправьте дату."),
    F.DATE_ORDER: Meaning("Нарушен порядок дат", "Сверьте даты между собой."),
    F.ORGANISATION_ABSENT: Meaning("Не указан код медицинской организации", "Заполните код МО."),
    F.ORGANISATION_WRONG: Meaning("Неверный формат кода медицинской организации", "Код МО — 6 цифр."),
    F.ORGANISATION_UNKNOWN: Meaning("Медицинская организация не найдена", "Проверьте код МО."),
    F.FOREIGN_ORGANISATION: Meaning(
        "Запись относится к другой организации", "Направляйте сведения только своей организации."
    ),
    F.DOCTOR_ABSENT: Meaning("Не указан СНИЛС медицинского работника", "Заполните СНИЛС врача."),
    F.DOCTOR_UNKNOWN: Meaning("Медицинский работник не найден в этой организации", "Проверьте СНИЛС врача.", _W),
    F.DOCTOR_SNILS_WRONG: Meaning("СНИЛС медицинского работника неверен", "Проверьте СНИЛС врача."),
    F.DISTRICT_ABSENT: Meaning("Не указан участок", "Заполните код участка."),
    F.DISTRICT_UNKNOWN: Meaning("Участок не найден", "Передайте сведения об участке.", _W),
    F.METHOD_ABSENT: Meaning("Не указан способ прикрепления", "Заполните способ прикрепления."),
    F.METHOD_WRONG: Meaning("Недопустимый способ прикрепления", "Укажите способ по справочнику."),
    F.ALREADY_ATTACHED_HERE: Meaning("Лицо уже прикреплено к этой организации", "Ничего не требуется.", _N),
    F.TWICE_IN_A_YEAR: Meaning("Прикрепление по заявлению чаще одного раза в год", "Укажите переезд, если он был."),
    F.SECOND_DOCTOR: Meaning("Указан второй медработник с той же должностью", "Оставьте одного врача на участок."),
    F.THIRD_DOCTOR: Meaning("Указан третий медработник", "У лица не более двух медработников: врач и фельдшер."),
    F.ATTACHED_ELSEWHERE: Meaning(
        "Лицо прикреплено к другой организации, оснований для смены нет", "Нужно личное заявление."
    ),
    F.STATEMENT_BEFORE_CURRENT: Meaning(
        "Дата заявления раньше даты действующего прикрепления", "Проверьте дату заявления."
    ),
    F.NOTHING_TO_CORRECT: Meaning(
        "Не найдена действующая запись о прикреплении к организации", "Проверьте, прикреплено ли лицо."
    ),
    F.OBJECT_UNKNOWN: Meaning("Объект не найден", "Передайте объект целиком."),
    F.OBJECT_OUTDATED: Meaning("Сведения старше сохранённых и не применены", "Ничего не требуется.", _W),
    F.OBJECT_ALREADY_DELETED: Meaning("Объект не найден или уже удалён", "Ничего не требуется.", _W),
    F.RELATED_OBJECT_UNKNOWN: Meaning("Не найден связанный объект", "Сначала передайте связанный объект."),
    F.METHOD_OBSOLETE: Meaning("Метод устарел", "Используйте другой метод."),
    F.PARAMETERS_WRONG: Meaning("Неверно заданы входные параметры", "Проверьте параметры запроса."),
    F.ACT_ABSENT: Meaning("За период акты сверки ещё не созданы", "Повторите запрос после создания акта."),
    F.QUIET_HOURS: Meaning("Приём пакетов в это время не ведётся", "Отправьте пакет в разрешённые часы."),
    F.PERIOD_TOO_LONG: Meaning("Период запроса слишком длинный", "Сократите период."),
    F.PACKET_DATE_ABSENT: Meaning("Не указана дата пакета", "Заполните дату формирования пакета."),
    F.NUMBER_WRONG: Meaning("Номер записи не больше нуля", "Нумеруйте записи с единицы."),
    F.REJECTED_WITH_PACKET: Meaning("Запись не применена: пакет отклонён целиком", "Исправьте ошибки пакета."),
    F.REFERRAL_UNKNOWN: Meaning("Направление не найдено", "Проверьте номер, дату и направившую организацию."),
    F.REFERRAL_CANCELLED: Meaning("Направление уже аннулировано", "Оформите новое направление."),
    F.REFERRAL_USED: Meaning("Направление уже использовано", "Проверьте номер и дату направления."),
    F.BOOKING_UNKNOWN: Meaning("Заявка на койку не найдена", "Проверьте номер заявки."),
    F.ELEMENT_UNKNOWN: Meaning("Неизвестный или повторный элемент", "Уберите элемент."),
    F.VALUE_FORBIDDEN: Meaning("Значение здесь не допускается", "Уберите значение."),
    F.BOOK_VALUE_UNKNOWN: Meaning("Значения нет в справочнике", "Проверьте значение по справочнику."),
    F.VALUES_CONTRADICT: Meaning("Значения не согласованы между собой", "Сверьте значения между собой."),
    F.EVENT_TOO_OLD: Meaning("Срок приёма сведений о событии истёк", "Обратитесь в фонд."),
    F.EVENT_LATE: Meaning("Сведения поданы в дополнительный срок", "Подавайте сведения раньше.", _W),
    F.EXAM_UNSUITABLE: Meaning("Вид осмотра не соответствует возрасту или полу лица", "Проверьте вид осмотра."),
    F.CARD_EXISTS: Meaning("Карта уже принята с другим содержанием", "Передайте изменение вместо добавления."),
    F.CARD_CLOSED: Meaning("Карта закрыта, открытие изменить нельзя", "Сначала отмените закрытие."),
    F.OTHER_CARD_EXISTS: Meaning(
        "По этому лицу уже есть другая карта того же вида", "Уточните, какая карта верна, у другой организации."
    ),
    F.FIRST_STAGE_ABSENT: Meaning(
        "Нет закрытого первого этапа с направлением на второй", "Передайте карту первого этапа.", _W
    ),
    F.NOT_ATTACHED_HERE: Meaning("Лицо не прикреплено к этой организации", "Сверьте прикрепление лица."),
    F.ALREADY_PLANNED: Meaning("Лицо уже есть в плане на этот год", "Измените имеющуюся строку плана."),
    F.ALREADY_EXECUTED: Meaning("Мероприятие уже проведено, строку плана изменить нельзя", "Ничего не требуется."),
    F.TOLD_UNDER_OTHER_NUMBER: Meaning(
        "Дублирование: эти сведения уже приняты под другим номером", "Передавайте запись под прежним номером."
    ),
    F.HAS_DEPENDANTS: Meaning("Есть связанные объекты, удаление невозможно", "Сначала удалите связанные объекты."),
    F.CHANGE_IN_BUFFER: Meaning(
        "Изменение ждёт согласования фонда", "Дождитесь второго ответа: он скажет, принято ли изменение.", _W
    ),
}


def finding(
    code: FindingCode,
    detail: str = "",
    *,
    field: str = "",
    value: object = "",
    expected: str = "",
    level: Level | None = None,
) -> Finding:
    """Return a finding with the text of its code, ``detail`` after a colon, and the usual level unless one is given."""
    meaning = MEANINGS[code]
    text = f"{meaning.title}: {detail}" if detail else meaning.title
    shown = "" if value is None else str(value)
    return Finding(code, text, field, shown[:250], expected, level or meaning.level)
